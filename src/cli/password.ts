import { UsageError } from "./command";
import { askSecret } from "./passphrase";

/** What is said to `--password`, which other programs have. */
export const NO_PASSWORD_ARGUMENT =
  "A password is no argument: everybody on the machine sees those, and the shell keeps them. Leave it out and type it when asked, or give it on standard input with --password-stdin.";

/** The longest secret that is read: a file by mistake must not be taken for one. */
const MAX_BYTES = 4_096;

/**
 * How a password gets in: from standard input, where the command line says so, or typed twice on the terminal.
 * @throws UsageError where there is neither
 */
export function passwordSource(fromStandardInput: boolean): () => Promise<string> {
  if (fromStandardInput && !process.stdin.isTTY) return () => readStandardInput("a password");
  if (process.stdin.isTTY) return askTwice;
  throw new UsageError(
    "There is no terminal to ask for the password: give it on standard input with --password-stdin.",
  );
}

async function askTwice(): Promise<string> {
  const password = await askSecret("Password: ");
  if ((await askSecret("Once more: ")) !== password) throw new UsageError("The two are not the same.");
  return password;
}

/**
 * Its first line, so that `echo` and an editor's last line end do no harm.
 * @param what it is to be, for the refusal of what is too long for it
 */
export async function readStandardInput(what: string): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of process.stdin) {
    parts.push(part);
    bytes += part.length;
    if (bytes > MAX_BYTES) throw new UsageError(`What came on standard input is too long for ${what}.`);
  }
  const [line = ""] = Buffer.concat(parts).toString("utf8").split(/\r?\n/, 1);
  return line.replace(/^\uFEFF/, "");
}
