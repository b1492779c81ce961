import type { KeyView, RevealedKey } from "@/contracts/keys";
import { grants } from "@/contracts/permissions";
import type { CommandResult } from "../command";

/** One key, one line: also where its name has several. */
export function keyLine(key: KeyView): string {
  const name = key.name.replace(/\s+/g, " ");
  return [key.id, key.maskedKey, key.environment, key.status, name].join("  ");
}

export function shownKey(key: KeyView): CommandResult {
  return { text: keyLine(key), data: key };
}

/** The secret alone on its line, so that a script can take it; here it is seen for the last time. */
export function revealedKey({ key, secret }: RevealedKey): CommandResult {
  return { text: secret, data: { ...key, secret } };
}

function managed({ permissions, managesKeys, grantsKeyManagement }: KeyView): string | null {
  if (!grants(permissions, "keys:manage")) return null;
  const which = managesKeys === "all" ? "all of its environment" : "those that it makes";
  return grantsKeyManagement ? `${which}; may give keys:manage to them` : which;
}

/** Everything about a key that is for people, a line each. */
export function keyDetails(key: KeyView): string {
  const limits = Object.entries(key.rateLimits).map(([window, limit]) => `${limit} a ${window}`);
  const lastUse =
    key.lastUsedAt && [key.lastUsedAt, key.lastUsedIp, key.lastUsedRoute].filter(Boolean).join(", ");
  const facts: Record<string, string | null> = {
    id: key.id,
    name: key.name,
    description: key.description,
    key: key.maskedKey,
    environment: key.environment,
    status: key.status,
    permissions: key.permissions.join(", "),
    limits: limits.join(", "),
    customers:
      key.customers === null ? "all" : key.customers.map(({ id }) => id).join(", ") || "none is left",
    addresses: key.ipAllowlist.join(", ") || "any",
    origins: key.allowedOrigins.join(", ") || "any",
    "manages keys": managed(key),
    "made by": key.createdByKeyId,
    "secret told to": key.toldToKeyId,
    expires: key.expiresAt ?? "never",
    "last used": lastUse ?? "never",
    "overlap until": key.overlapUntil,
    revoked:
      key.revokedAt &&
      `${key.revokedAt}, ${key.revokedBy}${key.revokedReason ? `: ${key.revokedReason}` : ""}`,
    owner: key.owner && `${key.owner.email}${key.owner.hasLeft ? " (has left)" : ""}`,
    tags: key.tags.join(", "),
    created: `${key.createdAt}, ${key.createdBy}`,
  };
  return Object.entries(facts)
    .filter(([, fact]) => fact)
    .map(([name, fact]) => `${name.padEnd(15)}${fact?.replace(/\s+/g, " ")}`)
    .join("\n");
}
