import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cleanText } from "@/contracts/text";
import type { customers } from "@/server/database/schema";

const SCHEMA = "src/server/database/schema";

/** Columns that take any text, and who writes them. Everything else that holds text is `shownText` or has a closed type. */
const PLAIN: Record<string, string> = {
  // As a provider sends them: compared, and not shown.
  "admin-identities.ts": "issuer subject",
  "admin-links.ts": "token_digest",
  // A name of the IANA time zone database, as far as Intl knows it.
  "admins.ts": "time_zone password_hash",
  "audit.ts": "actor_id subject_id request_id ip",
  "findings.ts": "fingerprint",
  // A digest, and the answer that Keyward gave.
  "idempotency.ts": "idempotency_key body",
  "invitations.ts": "token_digest",
  "jobs.ts": "position stack lease_token",
  "keys.ts":
    "pepper_check masked_key previous_pepper_check previous_masked_key permissions allowed_origins last_used_ip last_used_route ip route pepper_check",
  // services/requests/redact.ts makes them, and the test of the log looks for what it let through.
  "requests.ts":
    "request_id method route path query permission detail customers address agent request_body response_body key_id route permission code",
  "logins.ts": "role password",
  "notices.ts": "subject_id occasion summarized_on network",
  "mails.ts": "once_key lease_token",
  // Base64url and known words, as the library has read them; what Keyward made.
  "passkeys.ts": "credential_id transports holder challenge",
  // Of the form that the table checks, and names that are there.
  "permissions.ts": "name implies",
  "second-factors.ts": "recovery_digests",
  "sessions.ts": "token_digest secret_check ip",
  "settings.ts": "name",
  "usage.ts": "code permission",
  // Ids, and what Keyward made.
  "webhooks.ts": "subject_id once_key subject_id lease_token",
};

test.each(readdirSync(SCHEMA))(
  "A text column of %s takes only clean text, or is known to be Keyward's own",
  (file) => {
    const source = readFileSync(`${SCHEMA}/${file}`, "utf8");
    const plain = [...source.matchAll(/\btext\("([a-z_]+)"\)(?!(?:\.array\(\))?\.\$type)/g)].map(
      ([, name]) => name,
    );
    expect(
      plain.join(" "),
      `A column of ${SCHEMA}/${file} takes any text. Where a caller chose it, declare it with shownText("…"), so that the writer has to pass it through cleanText.`,
    ).toBe(PLAIN[file] ?? "");
  },
);

test("A raw text does not compile where a column shows it", () => {
  // @ts-expect-error What the title says, of text; without the brand of validation this line compiles, and the check fails.
  const name: (typeof customers.$inferInsert)["name"] = String("Ada");
  expect(name).toBe("Ada");
  // @ts-expect-error What the title says, of JSON; without the brand of validation this line compiles, and the check fails.
  const raw: (typeof customers.$inferInsert)["metadata"] = { name: "a" };
  expect(raw).toEqual({ name: "a" });
  expect(cleanText("Ada")).toBe("Ada");
  expect(() => cleanText("a\u202eb")).toThrow("got past the contracts");
});
