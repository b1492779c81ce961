import { BackupError } from "@/server/database/backup/errors";
import { placeInHistory } from "@/server/database/migrations";
import type { BackupHeader } from "./internal/format";
import { BackupReader } from "./internal/reader";
import { unseal } from "./internal/seal";

/**
 * Reads a backup up to its header.
 * @param file its bytes
 * @param askPassphrase is called where the file is encrypted
 * @throws BackupError where it is none, does not open, or is of a newer version of Keyward
 */
export async function openBackup(
  file: AsyncIterable<Uint8Array>,
  askPassphrase: () => Promise<string>,
): Promise<{ header: BackupHeader; reader: BackupReader }> {
  const reader = new BackupReader(await unseal(file, askPassphrase));
  const header = await reader.readHeader();
  const place = placeInHistory(header.migration);
  if (place !== "known") throw new BackupError(place === "newer" ? newer(header) : OTHER_HISTORY);
  return { header, reader };
}

const newer = ({ version }: BackupHeader) =>
  `The backup was made by a newer Keyward (${version}). Restore it with that version, or a later one.`;

const OTHER_HISTORY =
  "The backup was made by a version of Keyward whose database this one has no way up from. Restore it with that version.";
