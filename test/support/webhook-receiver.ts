import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";

/** What a receiver was posted. */
export interface ReceivedWebhook {
  id: string;
  type: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  json: { type: string; timestamp: string; data: Record<string, unknown> };
}

/** A real server that webhooks are posted to. */
export interface WebhookReceiver {
  url: string;
  port: number;
  received: ReceivedWebhook[];
  /** How each is answered; 204 unless told otherwise. */
  answer: (response: ServerResponse, webhook: ReceivedWebhook) => void;
  close(): Promise<void>;
}

/** Without a certificate it speaks http, on this machine alone. */
export async function startWebhookReceiver(
  tls: { certificate: string; key: string } | null = null,
): Promise<WebhookReceiver> {
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const body = Buffer.concat(parts).toString("utf8");
    const json = JSON.parse(body) as ReceivedWebhook["json"];
    const { headers, url: path = "" } = request;
    const webhook = { id: String(headers["webhook-id"]), type: json.type, path, headers, body, json };
    receiver.received.push(webhook);
    receiver.answer(response, webhook);
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    take(request, response).catch(() => response.destroy());
  };
  const server = tls
    ? https.createServer({ cert: tls.certificate, key: tls.key }, listener)
    : http.createServer(listener);
  // Whoever does not trust the certificate hangs up.
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const receiver: WebhookReceiver = {
    url: tls ? `https://localhost:${port}/hook` : `http://127.0.0.1:${port}/hook`,
    port,
    received: [],
    answer: (response) => response.writeHead(204).end(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return receiver;
}

/** Checks a signature as docs/webhooks.md tells receivers to, by itself: with node:crypto alone, of what came over the wire. */
export function isSignedBy(secret: string, { headers, body }: ReceivedWebhook): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const wanted = createHmac("sha256", key).update(signed).digest();
  return String(headers["webhook-signature"])
    .split(" ")
    .some((one) => {
      const given = Buffer.from(one.replace(/^v1,/, ""), "base64");
      return one.startsWith("v1,") && given.length === wanted.length && timingSafeEqual(given, wanted);
    });
}
