import { lookup } from "node:dns";
import http from "node:http";
import https from "node:https";
import { cleaned } from "@/contracts/text";
import { faultOfStatus, WEBHOOK_FAULTS } from "@/contracts/webhooks";
import type { Env } from "@/env";
import { redactKeys } from "@/server/core/key-format";
import { type Resolve, TargetRefusedError, TargetRule } from "./target";

/** What is posted, and where. */
export interface OutgoingWebhook {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** What an attempt met; texts are fit to be shown. */
export interface WebhookOutcome {
  /** Null: no answer came. */
  status: number | null;
  /** Why the attempt failed; null: it was taken. */
  error: string | null;
  /** The beginning of the answer's body; null: no answer came. */
  answer: string | null;
  durationMs: number;
}

/** Posts webhooks. */
export interface WebhookSender {
  /** Why nothing can be sent there, as far as the URL alone tells; null: it may be. */
  refusalOf(url: string): string | null;
  post(webhook: OutgoingWebhook): Promise<WebhookOutcome>;
}

/** For name, connection, TLS, request and answer together. */
export const SEND_DEADLINE_MS = 10_000;

/** Of an answer that many bytes are kept; the rest is not read. */
const ANSWER_KEPT_BYTES = 4 * 1_024;
const MAX_REASON = 300;

interface SenderOptions {
  resolve?: Resolve;
  /** An authority beside those of Node, in PEM. */
  ca?: string;
  deadlineMs?: number;
}

/** The sender of the settings. `options` other than in tests as they come. */
export function createWebhookSender(
  { WEBHOOK_PRIVATE_NETWORKS: networks }: Pick<Env, "WEBHOOK_PRIVATE_NETWORKS">,
  { resolve = lookup, ca, deadlineMs = SEND_DEADLINE_MS }: SenderOptions = {},
): WebhookSender {
  const rule = new TargetRule(networks, resolve);
  return {
    refusalOf: (url) => rule.refusalOf(new URL(url)),
    async post({ url, headers, body }) {
      const start = performance.now();
      const target = new URL(url);
      const refusal = rule.refusalOf(target);
      const met = refusal
        ? { status: null, answer: null, error: refusal }
        : await exchange(target, {
            method: "POST",
            // Own connections, which end with the answer: one that is kept would be used without a look at where it leads.
            agent: false,
            lookup: rule.lookUp(target),
            headers: { ...headers, "content-length": Buffer.byteLength(body), connection: "close" },
            deadlineMs,
            ca,
            body,
          });
      return { ...met, durationMs: Math.round(performance.now() - start) };
    },
  };
}

type Met = Omit<WebhookOutcome, "durationMs">;

type ExchangeOptions = https.RequestOptions & { body: string; ca: string | undefined; deadlineMs: number };

/**
 * Never rejects, and is always over by the deadline: whatever comes in the way is how the attempt came out. No redirect is followed,
 * and no proxy asked.
 */
function exchange(target: URL, { body, ca, deadlineMs, ...options }: ExchangeOptions): Promise<Met> {
  return new Promise((resolve) => {
    let status: number | null = null;
    const parts: Buffer[] = [];
    /** The first call counts. From its status on an answer is one, however its body ends. */
    const settle = (error?: unknown) => {
      clearTimeout(deadline);
      const answer = cleaned(redactKeys(beginningOf(parts)));
      resolve(
        status === null
          ? { status, answer: null, error: reasonOf(error) }
          : { status, answer, error: faultOfStatus(status) },
      );
      sent.destroy();
    };
    const { request } = target.protocol === "https:" ? https : http;
    const sent = request(target, { ...options, ...(ca !== undefined && { ca }) }, (response) => {
      status = response.statusCode ?? 0;
      let bytes = 0;
      response.on("data", (part: Buffer) => {
        parts.push(part);
        bytes += part.length;
        if (bytes >= ANSWER_KEPT_BYTES) settle();
      });
      for (const end of ["end", "error", "close"]) response.on(end, () => settle());
    });
    // Of our own, and not left to the request: there are ways in which Node ends one without a word.
    const deadline = setTimeout(() => settle(new Error(WEBHOOK_FAULTS.late)), deadlineMs);
    // RFC 9110, section 15.2.2: nobody has asked for another protocol. Unheard, Node ends the connection and tells nobody.
    sent.on("upgrade", (response, socket) => {
      socket.destroy();
      status = response.statusCode ?? 0;
      settle();
    });
    // Once there is a status, the answer's body says how it ends.
    sent.on("error", (error) => status === null && settle(error));
    sent.on("close", () => status === null && settle(new Error("The connection ended without an answer")));
    sent.end(body);
  });
}

const beginningOf = (parts: readonly Buffer[]): string =>
  Buffer.concat(parts).subarray(0, ANSWER_KEPT_BYTES).toString("utf8");

/** What came in the way. Fit to be shown: neither the body nor a header is in it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "Unknown fault";
  if (error instanceof TargetRefusedError) return error.message;
  // Of several addresses each has its own error, and the whole has no text.
  const [first] = error instanceof AggregateError ? error.errors : [];
  const { message, code } = (first ?? error) as NodeJS.ErrnoException;
  return cleaned((message || code || error.name).replaceAll(/\s+/g, " ").slice(0, MAX_REASON));
}
