import { Agent, request as send } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { MAX_HEADER_BYTES } from "@/contracts/bounds";

/** A request as HTTP knows it; what cannot be said in these terms is in bytes.ts. */
export interface WireRequest {
  method: string;
  /** Latin-1 without blanks. */
  target: string;
  /** In order; the same name may be there twice. */
  headers: [string, string][];
  body: Buffer;
}

export interface WireAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** Without the coding in which it came. */
  body: Buffer;
}

/** How often a request is sent again that was turned away because the server is busy, and how long is waited before. */
const RETRIES = 5;
const RETRY_MS = 2_000;

/** After which an answer is taken for one that never comes: three times what a call may wait for Postgres and its turn. */
const TIMEOUT_MS = 30_000;

/** Sends over connections that are kept, as callers do: what one request leaves behind on one, the next one meets. */
export class WireClient {
  readonly #agent: Agent;
  /** How many answers had which status. */
  readonly statuses = new Map<number, number>();

  constructor(
    readonly url: string,
    connections: number,
  ) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /**
   * Sends, and once more where it is told to come back later, as a client would: on a busy machine 503 says nothing of the
   * request. One that is turned away time and again has that for an answer.
   * @throws Error where there is no answer: the connection ended, nothing came in time, or it was no HTTP
   */
  async send(request: WireRequest): Promise<WireAnswer> {
    let answer = await this.#sendSurely(request);
    for (let time = 0; time < RETRIES && answer.status === 503 && answer.headers["retry-after"]; time++) {
      await pause(RETRY_MS);
      answer = await this.#sendSurely(request);
    }
    return answer;
  }

  async #sendSurely(request: WireRequest): Promise<WireAnswer> {
    const answer = await this.#sendTwice(request);
    this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
    return answer;
  }

  async #sendTwice(request: WireRequest): Promise<WireAnswer> {
    try {
      return await this.#sendOnce(request, this.#agent);
    } catch (error) {
      // The server may end an idle connection at the very moment it is used again; any client tries once more, on a new one.
      if (error instanceof LostConnection) return this.#sendOnce(request, false);
      throw error;
    }
  }

  #sendOnce({ method, target, headers, body }: WireRequest, agent: Agent | false): Promise<WireAnswer> {
    const { hostname, port } = new URL(this.url);
    return new Promise((resolve, reject) => {
      const sent = send({
        agent,
        hostname,
        port,
        method,
        path: target,
        headers: this.#headersOf(headers, body),
        timeout: TIMEOUT_MS,
        // Next sends on to another spelling in two headers, which the target may fill.
        maxHeaderSize: 4 * MAX_HEADER_BYTES,
      });
      let answered = false;
      sent.once("response", (response) => {
        answered = true;
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", reject);
        response.once("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: plain(Buffer.concat(chunks), response.headers["content-encoding"]),
          }),
        );
      });
      sent.once("timeout", () => sent.destroy(new Error(`No answer within ${TIMEOUT_MS / 1_000} s`)));
      sent.on("error", (error) => {
        if (!answered) reject(sent.reusedSocket && isReset(error) ? new LostConnection() : error);
      });
      sent.end(body);
    });
  }

  /** Flat, as Node takes headers that are there twice. */
  #headersOf(headers: readonly [string, string][], body: Buffer): string[] {
    const own: [string, string][] = headers.some(([name]) => name === "host")
      ? []
      : [["host", new URL(this.url).host]];
    if (body.length > 0) own.push(["content-length", String(body.length)]);
    return [...own, ...headers].flat();
  }

  close(): void {
    this.#agent.destroy();
  }
}

function plain(body: Buffer, coding: string | undefined): Buffer {
  if (body.length === 0) return body;
  if (coding === "gzip") return gunzipSync(body);
  return coding === "br" ? brotliDecompressSync(body) : body;
}

class LostConnection extends Error {}

function isReset(error: Error): boolean {
  return "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE");
}
