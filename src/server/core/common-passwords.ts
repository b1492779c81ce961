import { invalidField } from "./errors";

/** A piece that fills the whole by being repeated: "abcabcabcabc" is as quickly guessed as "abc". */
const REPEATED = /^(.+?)\1+$/su;
/** What people put around a word to make it long enough. */
const AROUND = /^[^\p{L}]+|[^\p{L}]+$/gu;

let known: Promise<ReadonlySet<string>> | undefined;

/** The list of `@zxcvbn-ts/language-common` (MIT): 49,000 passwords, from those that were stolen most often. Read when first asked for. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  known ??= import("@zxcvbn-ts/language-common").then(
    ({ dictionary }) => new Set<string>(dictionary["passwords-common"]),
  );
  return known;
}

/**
 * Whether a password is among those that are tried first (NIST SP 800-63B-4, section 3.1.1.2), in any case, repeated
 * ("passwordpassword") or with figures and signs around it ("Password12345!"), or one character over and over.
 */
export async function isCommonPassword(password: string): Promise<boolean> {
  const common = await commonPasswords();
  const plain = password.normalize("NFKC").toLowerCase();
  return [plain, plain.replace(AROUND, "")].some((one) => {
    const piece = REPEATED.exec(one)?.[1] ?? one;
    return common.has(one) || common.has(piece) || [...piece].length <= 1;
  });
}

/**
 * Wherever a password is set: guessing starts with those that were stolen from others.
 * @throws AppError validation_failed at the field
 */
export async function refuseCommonPassword(field: string, password: string): Promise<void> {
  if (!(await isCommonPassword(password))) return;
  throw invalidField(
    field,
    "Is among the passwords that are tried first. Choose another, such as a sentence",
  );
}
