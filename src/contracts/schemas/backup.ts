import * as z from "zod";
import "./words";

const MIN_PASSPHRASE_LENGTH = 12;

/** What a backup is encrypted with. Long enough not to be guessed by who has stolen the file, at a second a guess. */
export const passphraseSchema = z
  .string()
  .min(MIN_PASSPHRASE_LENGTH, `Must be at least ${MIN_PASSPHRASE_LENGTH} characters`)
  .max(1_000);

export const createBackupSchema = z
  .strictObject({
    /** Null: the backup is not encrypted. */
    passphrase: passphraseSchema.nullable(),
    /** Whether the pepper goes in, and beside it the secret of sessions where this process knows it. */
    secrets: z.strictObject({ sessionSecret: z.string().nullable() }).nullable(),
  })
  .refine(({ passphrase, secrets }) => passphrase !== null || secrets === null, {
    path: ["secrets"],
    message: "Secrets go into an encrypted backup only: whoever finds the file could make keys",
  });

export const noteRestoreSchema = z.strictObject({
  /** When the backup was made, and by which version. */
  createdAt: z.iso.datetime(),
  version: z.string(),
  secrets: z.boolean(),
});
