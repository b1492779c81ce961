import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createNetServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Client, type ClientOptions, createClient, KeywardError } from "@/client";

/** A server that treats connections as it is told, by the platform's own fetch, and the pauses that are not made. */
interface Place {
  client: Client;
  pauses: number[];
}

function clientOf(baseUrl: string, options: Partial<ClientOptions> = {}): Place {
  const pauses: number[] = [];
  const client = createClient({
    baseUrl: `${baseUrl}/api/v1/staging`,
    apiKey: "kw_stag_0",
    wait: async (milliseconds) => void pauses.push(milliseconds),
    ...options,
  });
  return { client, pauses };
}

async function serving(answer: RequestListener, options: Partial<ClientOptions> = {}): Promise<Place> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return clientOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, options);
}

/** Where nobody listens: a port that was free a moment ago. */
async function closedPort(): Promise<string> {
  const server = createNetServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

async function thrownBy(calling: Promise<unknown>): Promise<unknown> {
  return calling.then(
    () => {
      throw new Error("It was answered.");
    },
    (error: unknown) => error,
  );
}

async function unreachable(calling: Promise<unknown>): Promise<KeywardError> {
  const error = await thrownBy(calling);
  expect(error).toBeInstanceOf(KeywardError);
  expect(error).toMatchObject({ code: "unreachable", status: 0, problem: null, requestId: null, errors: [] });
  return error as KeywardError;
}

const customer = { params: { path: { id: "cus_00000000000000000000000000" } } } as const;

/** Half of an answer, and then the connection is gone. */
const breakingOff =
  (head: Record<string, string>, status = 200): RequestListener =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json", ...head });
    response.write('{"data": [', () => response.destroy());
  };

describe("where no server answers, an error of the client's own says so", () => {
  test("once the connection was refused as often as calls are repeated", async () => {
    const place = await closedPort();
    const { client, pauses } = clientOf(`http://${place}`);
    const error = await unreachable(client.get("/key"));
    expect(pauses).toHaveLength(3);
    expect(error.message).toContain(`http://${place}`);
    expect(error.message).toContain("ECONNREFUSED");
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  test("for a name that nobody has", async () => {
    const { client } = clientOf("http://keyward.invalid");
    expect((await unreachable(client.get("/key"))).message).toContain("keyward.invalid");
  });

  test("for TLS that is none", async () => {
    const place = await closedPort();
    const { client } = clientOf(`https://${place}`);
    await unreachable(client.get("/key"));
    const { client: plain } = await serving((_, response) => response.end(), {
      fetch: (request) => fetch(new Request(request.url.replace("http:", "https:"), request)),
    });
    await unreachable(plain.get("/key"));
  });

  test.each([
    ["get", (client: Client) => client.get("/customers")],
    ["post", (client: Client) => client.post("/customers", { body: { email: "ada@example.com" } })],
    ["patch", (client: Client) => client.patch("/customers/{id}", { ...customer, body: { name: "Ada" } })],
    ["delete", (client: Client) => client.delete("/customers/{id}", customer)],
    ["list", (client: Client) => client.list("/customers").next()],
    ["waitForJob", (client: Client) => client.waitForJob("job_00000000000000000000000000")],
  ])("by %s, with a connection that is torn down", async (_, call) => {
    const { client } = await serving((request) => request.socket.destroy());
    await unreachable(call(client));
  });

  test("and not by the server's address alone: what is asked for, such as an e-mail, is not in its message", async () => {
    const { client } = await serving((request) => request.socket.destroy());
    const query = { email: "ada@example.com" };
    const error = await unreachable(client.get("/customers", { params: { query } }));
    expect(error.message).not.toContain("ada");
  });

  test("and where a fetch of the program's own tells it by a code, as those of other platforms do", async () => {
    const lost = Object.assign(new Error("Unable to connect."), { code: "ConnectionRefused" });
    const { client, pauses } = clientOf("http://keyward.test", { fetch: () => Promise.reject(lost) });
    expect((await unreachable(client.get("/key"))).cause).toBe(lost);
    expect(pauses).toHaveLength(3);
  });

  test("but a fault of the program's own fetch stays what it is", async () => {
    const fault = new RangeError("Out of bounds");
    const { client } = clientOf("http://keyward.test", { fetch: () => Promise.reject(fault) });
    expect(await thrownBy(client.get("/key"))).toBe(fault);
  });
});

describe("an answer that breaks off in the middle", () => {
  test.each([
    ["of known length", { "content-length": "500" }],
    ["in chunks", {}],
    ["compressed", { "content-encoding": "gzip" }],
  ])("is none, and is asked for again: %s", async (_, head) => {
    const { client, pauses } = await serving(breakingOff(head));
    await unreachable(client.get("/customers"));
    expect(pauses).toHaveLength(3);
  });

  test("is whole at the second time", async () => {
    let asked = 0;
    const { client } = await serving((request, response) => {
      if (++asked === 1) breakingOff({})(request, response);
      else response.setHeader("content-type", "application/json").end('{"data":[],"nextCursor":null}');
    });
    expect(await client.get("/customers")).toEqual({ data: [], nextCursor: null });
  });

  test.each(["text", "blob", "arrayBuffer"] as const)("is none as %s either", async (parseAs) => {
    const { client } = await serving(breakingOff({}), { maxRetries: 0 });
    await unreachable(client.get("/customers", { parseAs }));
  });

  test("is none where it is a refusal", async () => {
    const head = { "content-type": "application/problem+json" };
    const { client } = await serving(breakingOff(head, 404), { maxRetries: 0 });
    await unreachable(client.get("/customers"));
    await unreachable(client.get("/customers", { parseAs: "stream" }));
  });

  test("is not sent again where it may have been carried out", async () => {
    const { client, pauses } = await serving(breakingOff({}));
    await unreachable(client.delete("/customers/{id}", customer));
    expect(pauses).toEqual([]);
  });

  test("is handed over as it comes, for whoever asks for a stream", async () => {
    const { client } = await serving(breakingOff({}));
    const stream = await client.get("/customers", { parseAs: "stream" });
    const error = await thrownBy(new Response(stream as ReadableStream).text());
    expect(error).not.toBeInstanceOf(KeywardError);
  });
});

describe("what the program calls off ends with the reason that it gave", () => {
  test("while it waits for an answer", async () => {
    const calling = new AbortController();
    const reason = new Error("Nobody waits any more");
    const { client, pauses } = await serving(() => calling.abort(reason));
    expect(await thrownBy(client.get("/key", { signal: calling.signal }))).toBe(reason);
    expect(pauses).toEqual([]);
  });

  test("in the middle of an answer", async () => {
    const calling = new AbortController();
    const reason = new Error("Nobody waits any more");
    const { client } = await serving((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write("{", () => calling.abort(reason));
    });
    expect(await thrownBy(client.get("/key", { signal: calling.signal }))).toBe(reason);
  });

  test("whatever a fetch of its own makes of that", async () => {
    const reason = new Error("Nobody waits any more");
    const { client } = clientOf("http://keyward.test", {
      fetch: () => Promise.reject(new TypeError("fetch failed")),
    });
    expect(await thrownBy(client.get("/key", { signal: AbortSignal.abort(reason) }))).toBe(reason);
  });

  test("by a time limit of its own", async () => {
    const { client } = await serving(() => undefined);
    const error = await thrownBy(client.get("/key", { signal: AbortSignal.timeout(50) }));
    expect(error).toMatchObject({ name: "TimeoutError" });
  });
});

test("A page that says 200 and is none of Keyward's is an unexpected answer", async () => {
  const { client } = await serving((_, response) =>
    response.setHeader("content-type", "text/html").end("<h1>Sign in to this network</h1>"),
  );
  const error = await thrownBy(client.get("/customers"));
  expect(error).toBeInstanceOf(KeywardError);
  expect(error).toMatchObject({ code: "unexpected_answer", status: 200, problem: null });
});
