import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { makeCertificates } from "@test/support/certificates";
import { startWebhookReceiver, type WebhookReceiver } from "@test/support/webhook-receiver";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createWebhookSender, SEND_DEADLINE_MS } from "@/server/webhooks/sender";
import type { Resolve } from "@/server/webhooks/target";

let certificates: ReturnType<typeof makeCertificates>;
let ca = "";
let receiver: WebhookReceiver;

beforeAll(async () => {
  certificates = makeCertificates();
  ca = readFileSync(certificates.authorityFile, "utf8");
  receiver = await startWebhookReceiver(certificates);
});
afterEach(() => {
  receiver.received.length = 0;
  receiver.answer = (response) => response.writeHead(204).end();
});
afterAll(() => receiver?.close());

const LOOPBACK = { WEBHOOK_PRIVATE_NETWORKS: ["127.0.0.0/8", "::1"] };
const NOWHERE = { WEBHOOK_PRIVATE_NETWORKS: [] };
const outgoing = (url = receiver.url) => ({
  url,
  headers: { "content-type": "application/json", "webhook-id": "msg_1" },
  body: '{"type":"key.created","timestamp":"2023-11-23T12:00:00.000Z","data":{}}',
});
const resolveTo =
  (...answers: string[][]): Resolve =>
  (_name, _options, done) => {
    const addresses = (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };
const toReceiver = () => createWebhookSender(LOOPBACK, { ca, resolve: resolveTo(["127.0.0.1"]) });
const hasty = () => createWebhookSender(LOOPBACK, { ca, resolve: resolveTo(["127.0.0.1"]), deadlineMs: 250 });

/** Answers whatever it is sent as no HTTP server of Node would, until the test is over. */
async function startRawReceiver(
  tls: ReturnType<typeof makeCertificates> | null,
  answer: (socket: Socket) => unknown,
) {
  const take = (socket: Socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => answer(socket));
  };
  const server = tls ? createTlsServer({ cert: tls.certificate, key: tls.key }, take) : createTcpServer(take);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: tls ? `https://localhost:${port}/` : `http://127.0.0.1:${port}/` };
}

function goOnForever(socket: Socket): void {
  if (!socket.writable) return;
  socket.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n", () => goOnForever(socket));
}

describe("A webhook over HTTPS", () => {
  test("is posted as it is, and the answer told", async () => {
    receiver.answer = (response) => response.writeHead(200).end("taken");
    const outcome = await toReceiver().post(outgoing());
    expect(outcome).toEqual({ status: 200, error: null, answer: "taken", durationMs: expect.any(Number) });
    expect(receiver.received).toEqual([
      expect.objectContaining({ id: "msg_1", body: outgoing().body, path: "/hook" }),
    ]);
  });

  test("goes to nobody whose certificate is not of a known authority, or of another name", async () => {
    const other = readFileSync(certificates.otherAuthorityFile, "utf8");
    const distrusting = createWebhookSender(LOOPBACK, { ca: other, resolve: resolveTo(["127.0.0.1"]) });
    const elsewhere = outgoing(`https://hooks.example:${receiver.port}/`);
    for (const outcome of [await distrusting.post(outgoing()), await toReceiver().post(elsewhere)])
      expect(outcome).toMatchObject({ status: null, answer: null, error: expect.any(String) });
    expect(receiver.received).toEqual([]);
  });

  test.each([
    ["127.0.0.1"],
    ["10.0.0.1"],
    ["169.254.169.254"],
    ["::1"],
    ["::ffff:127.0.0.1"],
    ["64:ff9b::7f00:1"],
  ])("to a name that leads to %s is refused once that is looked up", async (address) => {
    const sender = createWebhookSender(NOWHERE, { ca, resolve: resolveTo([address]) });
    expect(await sender.post(outgoing())).toMatchObject({
      status: null,
      error: expect.stringContaining(`Leads to ${address}`),
    });
    expect(receiver.received).toEqual([]);
  });

  test("to a name with a public and a private address is refused, whichever comes first", async () => {
    for (const addresses of [
      ["8.8.8.8", "127.0.0.1"],
      ["127.0.0.1", "8.8.8.8"],
    ]) {
      const sender = createWebhookSender(NOWHERE, { ca, resolve: resolveTo(addresses) });
      expect((await sender.post(outgoing())).error).toContain("Leads to 127.0.0.1");
    }
  });

  test("connects to the address that was checked: a name that changes its answer gains nothing (DNS rebinding)", async () => {
    let asked = 0;
    const resolve: Resolve = (name, options, done) => {
      asked += 1;
      // Public while it is checked; inside for whoever asks again.
      resolveTo(asked === 1 ? ["192.0.1.1"] : ["127.0.0.1"])(name, options, done);
    };
    const sender = createWebhookSender(NOWHERE, { ca, resolve, deadlineMs: 300 });
    expect(await sender.post(outgoing())).toMatchObject({ status: null, error: expect.any(String) });
    expect([asked, receiver.received]).toEqual([1, []]);
    // And each attempt looks again: what was public yesterday is not trusted today.
    expect((await sender.post(outgoing())).error).toContain("Leads to 127.0.0.1");
    expect([asked, receiver.received]).toEqual([2, []]);
  });

  test.each([301, 302, 303, 307, 308])("is not sent on by a redirect: %i", async (status) => {
    receiver.answer = (response) =>
      response.writeHead(status, { location: `https://localhost:${receiver.port}/inside` }).end();
    expect(await toReceiver().post(outgoing())).toMatchObject({
      status,
      error: `Answered ${status}: redirects are not followed`,
    });
    expect(receiver.received.map(({ path }) => path)).toEqual(["/hook"]);
  });

  test("whose answer is of a megabyte keeps 4 KiB of it, and reads no more", async () => {
    let closed: Promise<unknown> = Promise.resolve();
    receiver.answer = (response) => {
      closed = once(response, "close");
      response.writeHead(500);
      // A megabyte and on: who reads it to its end is never done.
      const more = () => {
        while (!response.destroyed && response.write("a".repeat(1_048_576)));
      };
      response.on("drain", more);
      more();
    };
    const outcome = await toReceiver().post(outgoing());
    expect(outcome).toMatchObject({ status: 500, error: "Answered 500" });
    expect(outcome.answer).toBe("a".repeat(4_096));
    // Long before the deadline, and the receiver is told to stop.
    expect(outcome.durationMs).toBeLessThan(SEND_DEADLINE_MS / 2);
    await closed;
  });

  test("whose receiver never answers, or not to the end, is given up in time", async () => {
    receiver.answer = () => undefined;
    expect(await hasty().post(outgoing())).toMatchObject({ status: null, error: "No answer in time" });
    receiver.answer = (response) => void response.writeHead(200).write("so far");
    expect(await hasty().post(outgoing())).toMatchObject({ status: 200, error: null, answer: "so far" });
  });

  test.each([
    [
      "switches to another protocol",
      "101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n",
      101,
    ],
    [
      "switches, and goes on",
      "101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nhello",
      101,
    ],
    ["switches to nothing", "101 Switching Protocols\r\n\r\n", 101],
    ["is of no status", "\r\n\r\n", null],
    ["is over too soon", "200 OK\r\nContent-Le", null],
  ])(
    "whose answer %s is an attempt that failed, and over",
    { timeout: 10_000 },
    async (_how, answer, status) => {
      for (const tls of [null, certificates]) {
        const raw = await startRawReceiver(tls, (socket) => socket.end(`HTTP/1.1 ${answer}`));
        expect(await hasty().post(outgoing(raw.url))).toMatchObject({ status, error: expect.any(String) });
      }
    },
  );

  test.each<[string, (socket: Socket) => unknown]>([
    ["hangs up at once", (socket) => socket.destroy()],
    ["speaks another protocol", (socket) => socket.end("220 mail.example ESMTP\r\n")],
    ["says that it goes on, again and again", (socket) => goOnForever(socket)],
  ])("whose receiver %s is an attempt that failed, and over", { timeout: 10_000 }, async (_how, answer) => {
    for (const tls of [null, certificates]) {
      const raw = await startRawReceiver(tls, answer);
      const outcome = await hasty().post(outgoing(raw.url));
      expect(outcome).toMatchObject({ status: null, answer: null, error: expect.any(String) });
    }
  });

  test("whose answer holds a key, or what nobody sees, is told without", async () => {
    const key = `kw_prod_${"A1b2".repeat(8)}abcdef`;
    receiver.answer = (response) => response.writeHead(400).end(`Who is ${key}\u0000\u202e?`);
    const { answer } = await toReceiver().post(outgoing());
    expect(answer).toBe("Who is kw_prod_A1b2…cdef\ufffd\ufffd?");
  });

  test("without TLS goes to networks alone that the operator has named", async () => {
    const plain = await startWebhookReceiver();
    try {
      expect((await createWebhookSender(NOWHERE).post(outgoing(plain.url))).error).toMatch(/https:\/\//);
      const byName = createWebhookSender(LOOPBACK, { resolve: resolveTo(["8.8.8.8"]) });
      expect((await byName.post(outgoing(`http://hooks.example:${plain.port}/`))).error).toMatch(
        /without TLS/,
      );
      expect(await createWebhookSender(LOOPBACK).post(outgoing(plain.url))).toMatchObject({ status: 204 });
      expect(plain.received).toHaveLength(1);
    } finally {
      await plain.close();
    }
  });
});
