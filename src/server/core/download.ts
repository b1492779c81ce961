/** What files can be, with their media types. */
export const FILE_TYPES = {
  csv: "text/csv; charset=utf-8",
  ndjson: "application/x-ndjson; charset=utf-8",
} as const;

/** A part of a file: text, or what it is in UTF-8. */
export type FileText = string | Uint8Array<ArrayBuffer>;

/** A file that is too long to be held as a whole, as a verb gives it out. `Ctx` is the context of verbs. */
export interface Download<Ctx> {
  /** Ends in its format, and holds nothing that would have to be quoted. */
  fileName: string;
  format: keyof typeof FILE_TYPES;
  /**
   * Its text, part by part, each read when it is asked for.
   * @param again makes the context for the next part, from who asks and what they may do by then: a file that takes
   * minutes must not outlive a sign-out, or the revoke of a stolen key. What it throws breaks the file off
   */
  parts(again: () => Promise<Ctx>): AsyncGenerator<FileText, void>;
}

/** Part of a text. `Place` names where a part begins. */
export interface FilePart<Place> {
  text: FileText;
  /** What the part after this one is asked for with; null: this is the last. */
  next: Place | null;
}

/**
 * The parts of a download.
 * @param first already read, because what refuses the whole must be known before the answer begins
 */
export function partsFrom<Ctx, Place>(
  first: FilePart<Place>,
  read: (ctx: Ctx, after: Place) => Promise<FilePart<Place>>,
): Download<Ctx>["parts"] {
  return async function* parts(again) {
    let part = first;
    yield part.text;
    while (part.next !== null) {
      part = await read(await again(), part.next);
      yield part.text;
    }
  };
}

/**
 * The parts as a stream of UTF-8. Each is read when its reader has taken the one before and asks for more, never ahead of
 * it: a part that lay ready while its reader slept would go out though its reader was shut out meanwhile. A part that
 * cannot be had breaks the stream, so that half of a text is never taken for all of it.
 */
export function textStream(parts: AsyncGenerator<FileText, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream(
    {
      async pull(controller) {
        const { value, done } = await parts.next();
        if (done) controller.close();
        else controller.enqueue(typeof value === "string" ? encoder.encode(value) : value);
      },
      async cancel() {
        await parts.return();
      },
    },
    { highWaterMark: 0 },
  );
}

/**
 * Gives a stream up whose reader has gone before a byte of it was read, as while its first part was being made: Next lets the body
 * of such an answer fall without a word, and what is held for it would be held for ever.
 * @param body already the body of its answer, which cannot be made of one that was given up
 * @param signal aborted when the connection of the request ends
 */
export function cancelWhenGone(body: ReadableStream<Uint8Array>, signal: AbortSignal): void {
  // Of one that is being read the reader gives it up.
  const cancel = () => void body.cancel().catch(() => undefined);
  if (signal.aborted) cancel();
  else signal.addEventListener("abort", cancel, { once: true });
}

/**
 * The same stream, and a call when it is over: read to its end, given up by its reader, or broken.
 * @param over gets the bytes that were read
 */
export function onStreamEnd(
  source: ReadableStream<Uint8Array>,
  over: (bytes: number) => void,
): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  let bytes = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) {
            bytes += value.byteLength;
            return controller.enqueue(value);
          }
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        over(bytes);
      },
      cancel(reason) {
        over(bytes);
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
