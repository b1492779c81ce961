import { type Action, ROLE_DETAILS, rolesAllowing } from "@/contracts/roles";

/** "a", "a and b", "a, b and c". */
export function listOf(parts: readonly string[], conjunction: "and" | "or" = "and"): string {
  const last = parts.at(-1) ?? "";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} ${conjunction} ${last}`;
}

/** "1 key", "3 keys". */
export function count(amount: number, noun: string): string {
  return `${amount.toLocaleString("en")} ${noun}${amount === 1 ? "" : "s"}`;
}

/** Whom to ask for something that one's own role does not allow: "an owner or an admin". */
export function whomToAsk(action: Action): string {
  const names = rolesAllowing(action).map((role) => {
    const name = ROLE_DETAILS[role].label.toLowerCase();
    return `${/^[aeiou]/.test(name) ? "an" : "a"} ${name}`;
  });
  return listOf(names, "or");
}
