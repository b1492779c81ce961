import { statfs } from "node:fs/promises";
import { sql } from "drizzle-orm";
import { isLoopbackHost } from "@/contracts/hosts";
import { withDatabase } from "@/server/database/session";
import { describeClock } from "../clock";
import { type Check, error, ok, warning } from "./check";

/** Beyond this, expiry in what others show, TLS and the process log go wrong. Milliseconds. */
const SKEW_ERROR_MS = 5_000;

const GIB = 2 ** 30;
const LITTLE_BYTES = 2 * GIB;
const LITTLE_SHARE = 0.1;

/** Loopback, private and shared networks, where a proxy in front usually is (RFC 1122, 1918, 4193, 6598). */
const NEAR = "{127.0.0.0/8,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,::1,fc00::/7}";

/** Calls that are looked at for where they come from. Fewer than this say nothing. */
const TELLING_CALLS = 100;

export const checkClock: Check = async (ctx) => {
  const { skewMs, isOff } = await describeClock(ctx);
  if (!isOff) return ok("This machine's clock agrees with Postgres'.");
  const seconds = Math.abs(skewMs) / 1_000;
  const howMuch =
    seconds < 120 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds / 60).toLocaleString("en")} minutes`;
  const off = `${howMuch} ${skewMs < 0 ? "behind" : "ahead of"}`;
  const says = `This machine's clock is ${off} Postgres', by which Keyward goes.`;
  const cure = "Let NTP keep both clocks (timedatectl set-ntp true).";
  return Math.abs(skewMs) > SKEW_ERROR_MS ? error(says, cure) : warning(says, cure);
};

export const checkDisk: Check = async (_ctx, { isPostgresGiven, dataDir }) => {
  if (isPostgresGiven) return ok("The disk of a Postgres elsewhere cannot be seen from here.");
  const { blocks, bavail, bsize } = await statfs(dataDir);
  const [size, free] = [blocks * bsize, bavail * bsize];
  const facts = `${(free / GIB).toFixed(1)} of ${(size / GIB).toFixed(1)} GiB are free where ${dataDir} lies.`;
  if (free >= LITTLE_BYTES && free >= size * LITTLE_SHARE) return ok(facts);
  return warning(
    facts,
    "Free space, or keep the log for fewer days (Settings, Retention): it stops before the disk is full.",
  );
};

export const checkPublicUrl: Check = async ({ mailer }, { publicUrl, isDevelopment, isPostgresGiven }) => {
  // The links of mails are opened on other machines.
  const needs = mailer !== null || (isPostgresGiven && !isDevelopment);
  if (publicUrl === null) {
    return needs
      ? warning(
          "NEXTAUTH_URL is not set: links and cookies are made for localhost.",
          "Set NEXTAUTH_URL to the address that people open.",
        )
      : ok("NEXTAUTH_URL is not set; links lead to localhost.");
  }
  const { protocol, hostname } = new URL(publicUrl);
  if (isLoopbackHost(hostname)) {
    return needs
      ? warning(
          `NEXTAUTH_URL is ${publicUrl}, which is this machine alone.`,
          "Set NEXTAUTH_URL to the address that people open.",
        )
      : ok(`The public URL is ${publicUrl}.`);
  }
  if (protocol === "https:") return ok(`The public URL is ${publicUrl}.`);
  return error(
    `NEXTAUTH_URL is ${publicUrl}: keys, passwords and sessions cross the network in the clear.`,
    "Put a proxy with TLS in front, and set NEXTAUTH_URL to its https:// address.",
  );
};

/** What arrives, against what is believed of it: the addresses in the log of calls, and the scheme of the public URL. */
export const checkProxies: Check = async (ctx, { trustedProxies, publicUrl }) => {
  const [row] = await withDatabase(ctx, (db) =>
    db.execute<{ calls: number; addresses: number; address: string | null; near: boolean | null }>(sql`
      select count(*)::int as calls, count(distinct address)::int as addresses, min(address) as address,
        bool_and(address::inet <<= any (${NEAR}::inet[])) as near
      from (select address from requests where address ~ '^[0-9a-f.:]+$' order by at desc limit 1000) as latest`),
  );
  const { calls = 0, addresses = 0, address = null, near = false } = row ?? {};
  if (calls >= TELLING_CALLS && addresses === 1 && near) {
    return warning(
      `All of the last ${calls} calls came from ${address}, which looks like a proxy: allow-lists and limits by address see it alone.`,
      `Set TRUSTED_PROXIES=${trustedProxies + 1}, if that is one (its X-Forwarded-For is then believed).`,
    );
  }
  if (trustedProxies === 0 && publicUrl?.startsWith("https:")) {
    return warning(
      "The public URL is https, which a proxy speaks for Keyward, but TRUSTED_PROXIES is 0: every call seems to come from it.",
      "Set TRUSTED_PROXIES to the number of proxies in front, usually 1.",
    );
  }
  return ok(
    trustedProxies === 0
      ? "No proxy is counted."
      : `TRUSTED_PROXIES=${trustedProxies}, and nothing seen speaks against it.`,
  );
};
