/**
 * The outcome of `work`, or a rejection after `milliseconds`. The work itself goes on, and whatever becomes of it then
 * is taken note of by nobody: the race keeps its handlers, so a late rejection does not count as unhandled.
 */
export async function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    // Due timers run before sockets are read. When this process itself was held up, the answer may be there already:
    // an immediate runs after the reading.
    const giveUp = () =>
      setImmediate(() => reject(new NotInTimeError(`No answer within ${milliseconds} ms`)));
    timer = setTimeout(giveUp, milliseconds);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** There was no answer in time. */
export class NotInTimeError extends Error {
  override name = "NotInTimeError";
}
