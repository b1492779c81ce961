import { textStream } from "@/server/core/text-stream";

/** The audit as one file, from the procedure that gives it step by step. What refuses the first step refuses the file. */
export async function auditFile(
  read: (cursor: string | null) => Promise<{ text: string; nextCursor: string | null }>,
): Promise<ReadableStream<Uint8Array>> {
  const step = async (cursor: string | null) => {
    const { text, nextCursor } = await read(cursor);
    return { text, next: nextCursor };
  };
  return textStream({ first: await step(null), read: step });
}
