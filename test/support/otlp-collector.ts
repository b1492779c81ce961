import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A span as OTLP's JSON has it, of which a test asks this. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  status: { code?: number };
  attributes: Record<string, unknown>;
}

interface KeyValue {
  key: string;
  value: Record<string, unknown>;
}

/** An OpenTelemetry collector that takes traces over HTTP and keeps them. */
export interface Collector {
  url: string;
  /** What came, in the order in which it came. */
  received: { path: string; type: string; text: string }[];
  spans(): ReceivedSpan[];
  /** Of the resource of the last that came. */
  resource(): Record<string, unknown>;
  close(): Promise<void>;
}

const plain = (attributes: KeyValue[] = []) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

export async function startCollector(): Promise<Collector> {
  const received: Collector["received"] = [];
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    received.push({ path: request.url ?? "", type: request.headers["content-type"] ?? "", text });
    response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const resources = () =>
    received.flatMap(({ text }) => JSON.parse(text).resourceSpans) as {
      resource: { attributes: KeyValue[] };
      scopeSpans: { spans: (Omit<ReceivedSpan, "attributes"> & { attributes: KeyValue[] })[] }[];
    }[];
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    spans: () =>
      resources()
        .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
        .map((span) => ({ ...span, attributes: plain(span.attributes) })),
    resource: () => plain(resources().at(-1)?.resource.attributes),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
