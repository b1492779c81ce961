/** A file that is no whole backup of Keyward, or does not open; the message says which, for the operator. */
export class BackupError extends Error {
  override name = "BackupError";
}

/** The database is not one that a backup may be restored into; the message says why. Nothing in it was changed. */
export class RestoreRefusedError extends Error {
  override name = "RestoreRefusedError";
}
