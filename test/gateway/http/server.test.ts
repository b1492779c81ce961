import { once } from "node:events";
import type { Server, ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { createFixture, type Fixture } from "@test/support/fixture";
import { exchange, type RawAnswer, rawAnswer } from "@test/support/raw";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  BODY_TIMEOUT_MS,
  HEADERS_TIMEOUT_MS,
  MAX_HEADER_BYTES,
  MAX_HEADERS,
  MIB,
  READER_TIMEOUT_MS,
} from "@/contracts/bounds";
import { answerAndClose } from "@/gateway/http/closing";
import { problemDocument } from "@/gateway/http/refusal";
import { createHttpServer, type Listener } from "@/gateway/http/server";
import { AppError } from "@/server/core/errors";

let fixture: Fixture;
const servers: Server[] = [];

beforeAll(async () => {
  fixture = await createFixture({ KEEP_ALIVE_SECONDS: "75" });
});
afterAll(async () => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  await fixture?.close();
});

/** @param times how long its callers have, where that is not to be what everybody has */
async function listening(
  listener: Listener,
  times?: Partial<Parameters<typeof createHttpServer>[2]>,
): Promise<string> {
  const server = createHttpServer(fixture.runtime, listener, times);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function expectTimeout({ status, headers, body }: RawAnswer): void {
  expect([status, JSON.parse(body).code]).toEqual([408, "request_timeout"]);
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(headers.get("connection")).toBe("close");
}

describe("A connection", () => {
  test("whose headers do not come to an end is answered 408, and ends", async () => {
    const url = await listening((_request, response) => void response.end(), { headers: 100, check: 20 });
    for (const bytes of ["GET /api/health HT", "GET /api/health HTTP/1.1\r\nHost: a\r\nX-Slow: "]) {
      expectTimeout(rawAnswer(await exchange(url, bytes)));
    }
  });

  test("has ten seconds for headers, and stays open for 75 s between calls", () => {
    const server = createHttpServer(fixture.runtime, () => undefined);
    expect(server).toMatchObject({
      headersTimeout: HEADERS_TIMEOUT_MS,
      keepAliveTimeout: 75_000,
      maxHeadersCount: MAX_HEADERS + 1,
      timeout: READER_TIMEOUT_MS,
    });
    // A body that somebody reads is refused by its reader, so never before that.
    expect(server.requestTimeout).toBeGreaterThan(HEADERS_TIMEOUT_MS + BODY_TIMEOUT_MS);
    expect(MAX_HEADER_BYTES).toBe(16_384);
  });

  test("is not waited for by an answer that refuses its body: the answer comes, then the end", async () => {
    const url = await listening((request, response) => {
      const refusal = new AppError("payload_too_large", "Too large.");
      answerAndClose(request, response, problemDocument(fixture.runtime, refusal, "/"));
    });
    const head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";
    const answer = rawAnswer(await exchange(url, `${head}only this`));
    expect([answer.status, answer.headers.get("connection")]).toEqual([413, "close"]);
  });

  test("with several requests in line gets their answers in that order, also when the second is refused", async () => {
    let first: ServerResponse | undefined;
    const url = await listening((request, response) => {
      if (request.url === "/first") {
        first = response;
        return;
      }
      const refusal = new AppError("conflict", "No.");
      answerAndClose(request, response, problemDocument(fixture.runtime, refusal, "/"));
      // Ready last, and still the first to be sent.
      first?.end("first");
    });
    const text = await exchange(
      url,
      "GET /first HTTP/1.1\r\nHost: a\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\n\r\n",
    );
    expect(text.match(/HTTP\/1.1 \d{3}/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 409"]);
  });

  test("whose reader takes nothing more of an answer is ended, and one whose answer is not there yet is not", async () => {
    const large = Buffer.alloc(64 * MIB);
    const answers = new Map<string, ServerResponse>();
    const url = await listening(
      ({ url: path = "" }, response) => {
        answers.set(path, response);
        if (path !== "/late") response.end(large);
      },
      { reader: 50 },
    );
    const waiting = exchange(url, "GET /late HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    await expect.poll(() => answers.has("/late")).toBe(true);
    // It waits for longer than it may take a reader: until two that take nothing were ended, one after the other.
    for (const path of ["/first", "/second"]) {
      const socket = connect(Number(new URL(url).port), "127.0.0.1").pause();
      socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
      await expect.poll(() => answers.get(path)?.closed).toBe(true);
      socket.destroy();
    }
    answers.get("/late")?.end("at last");
    expect(rawAnswer(await waiting).body).toBe("at last");
  });

  test("in the middle of an answer is closed, not answered twice, when what follows is no HTTP", async () => {
    const url = await listening((_request, response) => void response.write("half an answer"));
    const text = await exchange(url, "GET / HTTP/1.1\r\nHost: a\r\n\r\nNONSENSE\r\n\r\n");
    expect(text).not.toContain("HTTP/1.1 400");
  });
});
