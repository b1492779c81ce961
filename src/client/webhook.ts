/** What a webhook tells: an event as docs/webhooks.md lists them. */
export interface WebhookEvent {
  /** The same for each delivery of one event: remember those of the last day, as an event may come twice. */
  id: string;
  /** Such as `license.created`. */
  type: string;
  /** When it happened; RFC 3339, UTC. */
  timestamp: string;
  data: Record<string, unknown>;
}

/** A request that is not from Keyward, or too old to be believed. */
export class WebhookVerificationError extends Error {
  override readonly name = "WebhookVerificationError";
}

interface Delivery {
  /** The body as it came, before anything parsed it. */
  body: string;
  /** Of the request: `Headers`, or Node's plain object of them, whose names are in lower case. */
  headers: Headers | Record<string, string | string[] | undefined>;
  /** Of the endpoint: `whsec_…` */
  secret: string;
  /** Of now, in milliseconds since 1970. Default: the clock. */
  now?: number;
}

/** How far the time of a request may be off, in seconds: what somebody caught cannot be sent again later. */
const TOLERANCE_SECONDS = 300;

/**
 * Checks that a request is a webhook of Keyward's, as Standard Webhooks 1.0 has it, and reads its event.
 * @throws WebhookVerificationError
 */
export async function verifyWebhook({
  body,
  headers,
  secret,
  now = Date.now(),
}: Delivery): Promise<WebhookEvent> {
  const [id, at, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) =>
    headerOf(headers, name),
  );
  if (!id || !at || !signatures) throw new WebhookVerificationError("A header of the signature is missing.");
  if (!(Math.abs(now / 1_000 - Number(at)) <= TOLERANCE_SECONDS)) {
    throw new WebhookVerificationError("The time of the request is more than five minutes off.");
  }
  const secretBytes = bytesOf(secret.replace(/^whsec_/, ""));
  if (!secretBytes) throw new Error("The secret of the endpoint is not one of Keyward's: whsec_ and base64.");
  const key = await crypto.subtle.importKey("raw", secretBytes, { name: "HMAC", hash: "SHA-256" }, false, [
    "verify",
  ]);
  const signed = new TextEncoder().encode(`${id}.${at}.${body}`);
  // Several while the secret is exchanged. The platform compares them in constant time.
  for (const one of signatures.split(" ")) {
    const [version, signature = ""] = one.split(",");
    const bytes = version === "v1" ? bytesOf(signature) : null;
    if (bytes && (await crypto.subtle.verify("HMAC", key, bytes, signed))) {
      return { id, ...(JSON.parse(body) as Omit<WebhookEvent, "id">) };
    }
  }
  throw new WebhookVerificationError("No signature of the request is right.");
}

function headerOf(headers: Delivery["headers"], name: string): string | undefined {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  return typeof value === "string" ? value : undefined;
}

/** Null for what is not base64. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
