import { isCommonPassword } from "@/server/core/common-passwords";
import { invalidField } from "@/server/core/errors";

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
