import { type AppError, invalidField } from "./errors";

/**
 * Opaque list positions: base64url of a JSON array of texts and numbers. A cursor is a position and nothing else: it
 * carries no filter, no environment and no authority, so a forged one reads nothing that a fresh list would not show.
 */
export function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/** The refusal of a text that is no position of the list it was sent to. */
export function invalidCursor(): AppError {
  return invalidField("cursor", "Is not a cursor of this list; start again without one", "invalid_cursor");
}

/**
 * Reads a cursor back.
 * @param isPosition what a position of this list looks like; a cursor of another list is refused by it
 * @throws AppError validation_failed at `cursor`
 */
export function decodeCursor<Position>(
  cursor: string,
  isPosition: (value: unknown) => value is Position,
): Position {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (isPosition(value)) return value;
  } catch {
    // Falls through to the refusal: what cannot be decoded is not a cursor.
  }
  throw invalidCursor();
}
