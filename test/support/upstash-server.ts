import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient, ErrorReply } from "@redis/client";
import { z } from "zod";
import { createScriptDialect } from "./script-dialect";

/** A server that speaks Upstash's REST protocol in front of a real Redis. */
export interface UpstashServer {
  url: string;
  token: string;
  /** Every request so far: its path and its headers. */
  requests: { path: string; headers: IncomingMessage["headers"] }[];
  stop(): Promise<void>;
}

type Answer = { result: unknown } | { error: string };

const commandSchema = z.array(z.union([z.string(), z.number(), z.boolean()]).transform(String)).min(1);
const commandsSchema = z.array(commandSchema).min(1);

/**
 * Does what the real client uses: a command as a JSON array to `/`, several to `/pipeline`, a transaction to
 * `/multi-exec`; `Authorization: Bearer`, else 401; `Upstash-Encoding: base64`; `{"error"}` with 400.
 */
export async function startUpstashServer(options: {
  redisUrl: string;
  token?: string;
}): Promise<UpstashServer> {
  const { redisUrl, token = "test-token" } = options;
  const client = createClient({ url: redisUrl, RESP: 2 });
  client.on("error", () => {});
  await client.connect();
  // Upstash accepts its own script flag; the Redis behind this does not.
  const translate = createScriptDialect();
  const send = async (command: string[]): Promise<Answer> => {
    try {
      return { result: await client.sendCommand(translate(command)) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };

  /** Sent in one go on one connection, so nothing comes between MULTI and EXEC. */
  async function transaction(commands: string[][]): Promise<Answer | Answer[]> {
    const answers = await Promise.all([["MULTI"], ...commands, ["EXEC"]].map(send));
    const last = answers.at(-1);
    if (!last || "error" in last || !Array.isArray(last.result)) return last ?? { error: "ERR no answer" };
    return last.result.map((reply) =>
      reply instanceof ErrorReply ? { error: reply.message } : { result: reply },
    );
  }

  function run(path: string, body: unknown): Promise<Answer | Answer[]> {
    switch (path) {
      case "/":
        return send(commandSchema.parse(body));
      case "/pipeline":
        return Promise.all(commandsSchema.parse(body).map(send));
      case "/multi-exec":
        return transaction(commandsSchema.parse(body));
      default:
        return Promise.resolve({ error: `ERR unknown path ${path}` });
    }
  }

  const requests: UpstashServer["requests"] = [];
  const server = createServer(async (request, response) => {
    const path = request.url ?? "/";
    requests.push({ path, headers: request.headers });
    if (request.headers.authorization !== `Bearer ${token}`)
      return reply(response, 401, { error: "Unauthorized" });
    try {
      const answer = await run(path, JSON.parse(await text(request)));
      const encode = request.headers["upstash-encoding"] === "base64" ? encoded : (value: unknown) => value;
      const body = Array.isArray(answer)
        ? answer.map((one) => mapResult(one, encode))
        : mapResult(answer, encode);
      reply(response, "error" in body ? 400 : 200, body);
    } catch (error) {
      reply(response, 400, { error: `ERR ${error instanceof Error ? error.message : String(error)}` });
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    requests,
    async stop() {
      client.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function mapResult(answer: Answer, encode: (value: unknown) => unknown): Answer {
  return "error" in answer ? answer : { result: encode(answer.result) };
}

/** Strings at any depth in base64, but for the status "OK", which the client expects as it is. */
function encoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => (typeof one === "string" ? base64(one) : encoded(one)));
  return typeof value === "string" && value !== "OK" ? base64(value) : value;
}

const base64 = (value: string) => Buffer.from(value).toString("base64");
