/**
 * Whether an end has come: of a key, a licence, an overlap, a session. The instant named is the first at which nothing
 * works any more; null is no end. database/ends.ts says the same in SQL.
 */
export function hasCome(end: Date | null, now: Date): boolean {
  return end !== null && end.getTime() <= now.getTime();
}
