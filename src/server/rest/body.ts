import { AppError } from "@/server/core/errors";

/** 1 MiB, the contract's limit. */
export const MAX_BODY_BYTES = 1_048_576;

/** Up to here a body that is too large is read and dropped before it is refused. */
const MAX_DROPPED_BYTES = 16 * MAX_BODY_BYTES;

const JSON_MEDIA_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/** A body in both forms: as it came, for the idempotency fingerprint, and parsed. */
export interface JsonBody {
  text: string;
  value: unknown;
}

/** What a body is read from, and where it is noted how much was. */
interface Receiver {
  request: Request;
  received: number;
}

/**
 * Reads a JSON body.
 * @param optional whether a call without a body, and so without a Content-Type, counts as one with `{}`
 * @throws AppError unsupported_media_type, payload_too_large, malformed_json
 */
export async function readJson(receiver: Receiver, optional = false): Promise<JsonBody> {
  const { headers } = receiver.request;
  if (optional && !headers.has("content-type") && (await readBytes(receiver)).byteLength === 0) {
    return { text: "", value: {} };
  }
  if (!JSON_MEDIA_TYPE.test(headers.get("content-type")?.trim() ?? "")) {
    throw new AppError("unsupported_media_type", "The body must be sent as Content-Type: application/json.");
  }
  const bytes = await readBytes(receiver);
  try {
    // fatal: bytes that are not UTF-8 must not be stored as replacement characters.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { text, value: JSON.parse(text) };
  } catch (error) {
    throw new AppError("malformed_json", "The body is not valid JSON in UTF-8.", {}, error);
  }
}

/**
 * Reads at most the limit, whatever Content-Length claims: chunked bodies have none, and a caller may lie.
 * What is too large is still read to its end, within reason, and dropped: a server that answers and closes while the
 * caller sends makes TCP reset the connection, and the caller never sees the answer (RFC 9112, section 9.6).
 */
async function readBytes(receiver: Receiver): Promise<Uint8Array> {
  const { request } = receiver;
  const tooLarge = () => new AppError("payload_too_large", "The body is larger than 1 MiB.");
  if (Number(request.headers.get("content-length") ?? 0) > MAX_DROPPED_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (!request.body) return new Uint8Array();
  // The DOM's type for ReadableStream lacks the iterator that Node's has.
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    receiver.received = size;
    if (size > MAX_DROPPED_BYTES) throw tooLarge();
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) throw tooLarge();
  return Buffer.concat(chunks);
}
