import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keptOf } from "@/gateway/http/connections";
import { Drain } from "@/gateway/http/drain";

const server = () => createServer({ keepAliveTimeout: 60_000 });

let listening: ReturnType<typeof server>;
let drain: Drain;
let agent: Agent;
let port: number;
/** Calls that wait for their answer, by path. */
let waiting: Map<string, ServerResponse>;

beforeEach(async () => {
  waiting = new Map();
  agent = new Agent({ keepAlive: true });
  listening = server();
  drain = new Drain(listening);
  listening.on("request", ({ url, socket }, response) => {
    // As http/server.ts does.
    keptOf(socket).latest = response;
    if (url === "/at-once") response.end("done");
    else waiting.set(url ?? "", response);
  });
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  ({ port } = listening.address() as AddressInfo);
});
afterEach(() => {
  agent.destroy();
  listening.closeAllConnections();
});

async function get(path: string): Promise<IncomingMessage> {
  const sent = request({ port, host: "127.0.0.1", path, agent });
  sent.end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  answer.resume();
  await once(answer, "end");
  return answer;
}

test("A server that stops answers what arrived, says that it was the last answer, and takes no more", async () => {
  expect((await get("/at-once")).headers.connection).toBe("keep-alive");
  const held = get("/held");
  await vi.waitFor(() => expect(waiting.has("/held")).toBe(true));
  const stopped = drain.stop();
  await expect(get("/at-once")).rejects.toThrow(/ECONNREFUSED|ECONNRESET|hang up/);
  waiting.get("/held")?.end("done");
  expect((await held).headers.connection).toBe("close");
  await stopped;
});

test("Where some connections have ended, each of the others is told that it was the last answer", async () => {
  const held = ["/one", "/two", "/three", "/four"];
  const answers = Promise.allSettled(held.map((path) => get(path)));
  await vi.waitFor(() => expect([...waiting.keys()].sort()).toEqual([...held].sort()));
  // The first, in whose place another is kept then, and that one.
  for (const path of ["/one", "/four"]) {
    const socket = waiting.get(path)?.socket;
    const closed = socket && once(socket, "close");
    socket?.destroy();
    await closed;
  }
  const stopped = drain.stop();
  for (const path of held) waiting.get(path)?.end("done");
  const [one, two, three, four] = await answers;
  expect([one?.status, four?.status]).toEqual(["rejected", "rejected"]);
  for (const answer of [two, three]) {
    expect(answer).toMatchObject({ status: "fulfilled", value: { headers: { connection: "close" } } });
  }
  await stopped;
});

test("A connection on which nothing has been sent yet does not keep a server from stopping", async () => {
  const unused = connect(port, "127.0.0.1");
  const accepted = once(listening, "connection");
  await Promise.all([once(unused, "connect"), accepted]);
  const closed = once(unused, "close");
  await drain.stop();
  await closed;
});

test("A connection that was promised to stay open is closed when its answer is whole", async () => {
  const streamed = get("/streamed");
  await vi.waitFor(() => expect(waiting.has("/streamed")).toBe(true));
  waiting.get("/streamed")?.write("first part");
  const stopped = drain.stop();
  waiting.get("/streamed")?.end("rest");
  expect((await streamed).headers.connection).toBe("keep-alive");
  await stopped;
});

test("What is cut off ends the stop", async () => {
  const held = get("/held");
  await vi.waitFor(() => expect(waiting.has("/held")).toBe(true));
  const stopped = drain.stop();
  drain.cut();
  await expect(held).rejects.toThrow();
  await stopped;
});

test("Of calls in line on a connection that is to close, each has its answer", async () => {
  const line = connect(port, "127.0.0.1");
  let received = "";
  line.on("data", (bytes) => {
    received += bytes;
  });
  for (const path of ["/first", "/second"]) line.write(`GET ${path} HTTP/1.1\r\nHost: keys.example\r\n\r\n`);
  await vi.waitFor(() => expect(waiting.size).toBe(2));
  const ended = once(line, "end");
  const stopped = drain.stop();
  for (const path of ["/first", "/second"]) waiting.get(path)?.end(`answer to ${path}`);
  await ended;
  await stopped;
  expect(received).toMatch(/keep-alive.*answer to \/first.*close.*answer to \/second/s);
});
