/** Part of a text that is too long to be held as a whole. `Place` names where a part begins. */
export interface PagedText<Place = number> {
  text: string;
  /** What the part after this one is asked for with; null: this is the last. */
  next: Place | null;
}

/** A text as it is given out part by part. */
export interface TextParts<Place = number> {
  /** Already read, because what refuses the whole must be known before the answer begins. */
  first: PagedText<Place>;
  read(after: Place): Promise<PagedText<Place>>;
}

/**
 * A text as a stream of UTF-8. Each part is read when its reader has taken the one before and asks for more, never ahead
 * of it: a part that lay ready while its reader slept would go out though its reader was shut out meanwhile. A part that
 * cannot be had breaks the stream, so that half of a text is never taken for all of it.
 */
export function textStream<Place>({ first, read }: TextParts<Place>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next = () => Promise.resolve(first);
  return new ReadableStream(
    {
      async pull(controller) {
        const part = await next();
        controller.enqueue(encoder.encode(part.text));
        const { next: after } = part;
        if (after === null) return controller.close();
        next = () => read(after);
      },
    },
    { highWaterMark: 0 },
  );
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
