import { lookup } from "node:dns";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { cleaned } from "@/contracts/text";
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
            signal: AbortSignal.timeout(deadlineMs),
            ca,
            body,
          });
      return { ...met, durationMs: Math.round(performance.now() - start) };
    },
  };
}

type Met = Omit<WebhookOutcome, "durationMs">;

/** Never rejects: whatever comes in the way is how the attempt came out. No redirect is followed, and no proxy asked. */
function exchange(
  target: URL,
  { body, ca, ...options }: https.RequestOptions & { body: string; ca: string | undefined },
): Promise<Met> {
  return new Promise((resolve) => {
    let isAnswered = false;
    const failed = (error: unknown) => {
      // From its status on an answer is one, however its body ends.
      if (!isAnswered) resolve({ status: null, answer: null, error: reasonOf(error) });
    };
    const { request } = target.protocol === "https:" ? https : http;
    const sent = request(target, { ...options, ...(ca !== undefined && { ca }) }, (response) => {
      isAnswered = true;
      void beginningOf(response).then((answer) => {
        response.destroy();
        const { statusCode: status = 0 } = response;
        resolve({ status, answer: cleaned(redactKeys(answer)), error: errorOfStatus(status) });
      });
    });
    sent.on("error", failed);
    sent.end(body);
  });
}

/** As much of a body as is kept. One that ends too soon, or never, is as long as it came: its status says the rest. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      parts.push(part);
      bytes += part.length;
      if (bytes >= ANSWER_KEPT_BYTES) break;
    }
  } catch {
    // What came is what there is.
  }
  return Buffer.concat(parts).subarray(0, ANSWER_KEPT_BYTES).toString("utf8");
}

function errorOfStatus(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `Answered ${status}: redirects are not followed`;
  return `Answered ${status}`;
}

/** What came in the way. Fit to be shown: neither the body nor a header is in it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "Unknown fault";
  if (error.name === "AbortError" || error.name === "TimeoutError") return "No answer in time";
  if (error instanceof TargetRefusedError) return error.message;
  // Of several addresses each has its own error, and the whole has no text.
  const [first] = error instanceof AggregateError ? error.errors : [];
  const { message, code } = (first ?? error) as NodeJS.ErrnoException;
  return cleaned((message || code || error.name).replaceAll(/\s+/g, " ").slice(0, MAX_REASON));
}
