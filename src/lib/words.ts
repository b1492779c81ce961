import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";

const list = new Intl.ListFormat("en-GB", { type: "conjunction" });

/** "a", "a and b", "a, b and c". */
export function listOf(parts: readonly string[]): string {
  return list.format(parts);
}

/** "1 key", "3 keys", "1,204 calls". For nouns that take an s. */
export function count(amount: number, noun: string): string {
  return `${amount.toLocaleString("en")} ${noun}${amount === 1 ? "" : "s"}`;
}

/** " in Staging", to go on with a sentence about what the top bar shows; nothing where it shows all environments. */
export function inEnvironment(environment: Environment | null): string {
  return environment ? ` in ${ENVIRONMENT_DETAILS[environment].label}` : "";
}
