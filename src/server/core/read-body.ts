import { BODY_TIMEOUT_MS, LINGER_BYTES, LINGER_MS, MAX_ANONYMOUS_BODY_BYTES } from "@/contracts/bounds";
import { AppError, isAppError } from "./errors";

/** Where the buffer for a body begins that has not said how long it will be. */
const FIRST_BYTES = 4_096;

/** How a body is read. */
export interface BodyReading {
  /** What Content-Length says, or null. */
  declared: string | null;
  /** The most bytes that are taken. */
  max: number;
  /** Asked once, when there is more than `max`: how much may there be for this very caller? */
  more?: (() => Promise<number>) | undefined;
  /** Told how many bytes have arrived, after each piece of them. */
  onReceived?: (bytes: number) => void;
  /** For the whole body, in milliseconds. */
  timeout?: number;
  /**
   * Whether to read on for a second and drop what comes, before a body that is too large is refused. For mounts that cannot
   * end a connection themselves: there the answer is lost when the connection closes on a caller who still sends.
   */
  linger?: boolean;
}

/**
 * Reads a body, Node's own request or the stream of a Request, and counts its bytes whatever Content-Length claims. Where it
 * refuses it stops reading; whoever answers sees to what still arrives.
 * @throws AppError payload_too_large; request_timeout; invalid_request for a caller that went away before the end
 */
export async function readBody(chunks: AsyncIterable<Uint8Array>, reading: BodyReading): Promise<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    return await gather(iterator, reading);
  } catch (error) {
    if (reading.linger && isAppError(error) && error.code === "payload_too_large") await drop(iterator);
    throw error;
  }
}

async function gather(iterator: AsyncIterator<Uint8Array>, reading: BodyReading): Promise<Buffer> {
  const { declared, onReceived, timeout = BODY_TIMEOUT_MS } = reading;
  let { max, more } = reading;
  const admit = async (size: number) => {
    if (size > max && more) {
      max = Math.max(max, await more());
      more = undefined;
    }
    if (size > max) throw new AppError("payload_too_large", `The body is larger than ${inBinary(max)}.`);
  };
  await admit(Number(declared ?? 0));
  // One buffer that grows. A list of pieces would cost 300 bytes for each, and a caller may send pieces of a single byte.
  let body: Buffer = Buffer.allocUnsafe(Math.min(max, FIRST_BYTES));
  let size = 0;
  const deadline = deadlineIn(timeout);
  try {
    for (;;) {
      const { done, value } = await Promise.race([nextOf(iterator), deadline.passed]);
      if (done) return body.subarray(0, size);
      const end = size + value.byteLength;
      onReceived?.(end);
      await admit(end);
      if (end > body.length) body = grown(body, size, Math.min(max, Math.max(end, 2 * body.length)));
      body.set(value, size);
      size = end;
    }
  } finally {
    deadline.clear();
  }
}

/** Until the end, a second, or more than is worth it. */
async function drop(iterator: AsyncIterator<Uint8Array>): Promise<void> {
  const deadline = deadlineIn(LINGER_MS);
  try {
    for (let dropped = 0; dropped <= LINGER_BYTES; ) {
      const { done, value } = await Promise.race([nextOf(iterator), deadline.passed]);
      if (done) return;
      dropped += value.byteLength;
    }
  } catch {
    // Too slow, or gone: it is refused all the same.
  } finally {
    deadline.clear();
  }
}

function grown(body: Buffer, used: number, length: number): Buffer {
  const larger = Buffer.allocUnsafe(length);
  body.copy(larger, 0, 0, used);
  return larger;
}

function nextOf(iterator: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  return iterator.next().catch((error: unknown) => {
    throw new AppError("invalid_request", "The connection ended before the body did.", {}, error);
  });
}

function deadlineIn(milliseconds: number): { passed: Promise<never>; clear(): void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    const refusal = new AppError("request_timeout", "The body took too long to arrive.");
    timer = setTimeout(() => reject(refusal), milliseconds);
  });
  return { passed, clear: () => clearTimeout(timer) };
}

/**
 * Reads on and drops the body of a request that was answered without it, such as one whose key is unknown, for a second at
 * most: for mounts that cannot end a connection themselves, as with `linger`.
 */
export async function dropBody({ body, bodyUsed }: Request): Promise<void> {
  if (!body || bodyUsed || body.locked) return;
  // The DOM's type for ReadableStream lacks the iterator that Node's has.
  await drop((body as unknown as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]());
}

/** A bound in words: `64 KiB`, `1 MiB`. */
function inBinary(bytes: number): string {
  const kib = bytes / 1_024;
  return kib < 1_024 ? `${kib} KiB` : `${kib / 1_024} MiB`;
}

/**
 * The same request with its body read, where it has one: no more of it than anybody may send, unless told otherwise.
 * @param look sees the body before anybody else does, and may refuse it
 * @throws AppError of readBody
 */
export async function boundedRequest(
  request: Request,
  { max = MAX_ANONYMOUS_BODY_BYTES, more }: Partial<Pick<BodyReading, "max" | "more">> = {},
  look?: (body: Buffer) => void,
): Promise<Request> {
  const { url, method, headers, body } = request;
  if (!body) return request;
  const declared = headers.get("content-length");
  // The DOM's type for ReadableStream lacks the iterator that Node's has.
  const bytes = await readBody(body as unknown as AsyncIterable<Uint8Array>, {
    declared,
    max,
    more,
    linger: true,
  });
  look?.(bytes);
  return new Request(url, { method, headers, body: new Uint8Array(bytes) });
}
