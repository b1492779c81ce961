import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { UsageError } from "./command";

const NOBODY_TO_ASK =
  "Give the passphrase with --passphrase-file FILE or KEYWARD_BACKUP_PASSPHRASE: there is no terminal to ask for it.";

/** Ways to a passphrase, the first that is there counts. Never an argument: everybody on the machine sees those. */
interface PassphraseSources {
  file: string | undefined;
  setting: string | undefined;
  /** Asked a second time, where a slip of the hand would cost the backup. */
  twice: boolean;
}

/** @throws UsageError where there is no way, or the file cannot be read */
export async function readPassphrase({ file, setting, twice }: PassphraseSources): Promise<string> {
  if (file !== undefined) return readFirstLine(file);
  if (setting !== undefined) return setting;
  if (!process.stdin.isTTY) throw new UsageError(NOBODY_TO_ASK);
  const passphrase = await askSecret("Passphrase: ");
  if (twice && (await askSecret("Once more: ")) !== passphrase)
    throw new UsageError("The two are not the same.");
  return passphrase;
}

function readFirstLine(file: string): string {
  try {
    return (readFileSync(file, "utf8").split(/\r?\n/, 1)[0] ?? "").replace(/^\uFEFF/, "");
  } catch (error) {
    throw new UsageError(`Cannot read the passphrase: ${(error as Error).message}`);
  }
}

/** What is typed is not shown. The question goes to standard error: standard output may be the backup. */
export function askSecret(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  // Not before: what is pasted at once would still be shown.
  process.stderr.write(question);
  return new Promise((resolve, reject) => {
    terminal.once("line", resolve);
    terminal.once("close", () => reject(new UsageError("Given up.")));
    terminal.once("line", () => terminal.close());
  }).finally(() => process.stderr.write("\n")) as Promise<string>;
}
