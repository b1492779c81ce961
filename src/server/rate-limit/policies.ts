import { createHash } from "node:crypto";
import ipaddr from "ipaddr.js";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import { RATE_LIMIT_WINDOW_NAMES, RATE_LIMIT_WINDOWS } from "@/contracts/keys";
import type { RateLimits } from "@/contracts/schemas/keys";
import type { RatePolicy } from "./limiter";

/** Defends the runtime, and other keys, against one integration that calls without measure. Subject: {@link keySubject}. */
export function keyPolicies(rateLimits: RateLimits): RatePolicy[] {
  return RATE_LIMIT_WINDOW_NAMES.flatMap((name) => {
    const limit = rateLimits[name];
    return limit === undefined ? [] : [{ name, limit, windowMs: RATE_LIMIT_WINDOWS[name].seconds * 1_000 }];
  });
}

/**
 * Defends keys against being guessed. Counts failed authentications only, so that good keys behind the same address are
 * not affected. Subject: {@link authFailureSubject}.
 * @param perMinute `AUTH_FAILURES_PER_MINUTE`; 0 gives no policy, and asking none is always allowed.
 */
export function authFailurePolicies(perMinute: number): RatePolicy[] {
  return perMinute === 0 ? [] : [{ name: "auth-failures", limit: perMinute, windowMs: MINUTE_MS }];
}

/**
 * Defends one account against guessing from one address. Counts every attempt, right or wrong, so the limits leave room
 * for typing mistakes and for somebody who signs in on several devices.
 */
const SIGN_IN_ACCOUNT_POLICIES: readonly RatePolicy[] = [
  { name: "sign-in-account-minute", limit: 10, windowMs: MINUTE_MS },
  { name: "sign-in-account-hour", limit: 60, windowMs: HOUR_MS },
];

/**
 * Defends the second factor, whose codes are short, against somebody who has the password: from whatever address, as nobody
 * else gets here. 20 an hour of a million codes, of which three count, are one in 16,000.
 */
const SECOND_FACTOR_POLICIES: readonly RatePolicy[] = [
  { name: "second-factor-minute", limit: 5, windowMs: MINUTE_MS },
  { name: "second-factor-hour", limit: 20, windowMs: HOUR_MS },
];

/** Defends all accounts together against an address that tries one password on each of them. */
const SIGN_IN_ADDRESS_POLICIES: readonly RatePolicy[] = [
  { name: "sign-in-address-hour", limit: 200, windowMs: HOUR_MS },
];

/**
 * Defends the keys against an administrator, or a session somebody took over, who has a stolen list sorted into what is
 * good and what is not. A person who found one looks up a few. Subject: {@link lookUpSubject}.
 */
export const lookUpPolicies: readonly RatePolicy[] = [
  { name: "key-look-ups", limit: 20, windowMs: MINUTE_MS },
  { name: "key-look-ups-day", limit: 200, windowMs: DAY_MS },
];

/** Policies together with the one whose counters they are asked for. */
export interface SubjectPolicies {
  subject: string;
  policies: readonly RatePolicy[];
}

/**
 * Slows down the guessing of passwords; both entries have to allow an attempt.
 *
 * There is no limit for an account alone. It would let anybody lock an administrator out, from anywhere, by failing on
 * purpose. What is limited is one account from one address, so a guesser holds up himself and whoever sits behind the
 * same address. Many addresses together may guess more: each 60 an hour, against passwords of 12 characters or more.
 *
 * Only `consume` before the password is verified bounds guesses made at the same time. With a `peek` before and a
 * `consume` after the failure, all that are in flight together pass the look before one of them has counted.
 *
 * @param attempt.email As typed. Case and outer blanks do not make another account, so they do not make another counter.
 */
export function signInPolicies(attempt: { email: string; address: string | null }): SubjectPolicies[] {
  const account = accountDigest(attempt.email);
  const network = clientNetwork(attempt.address);
  return [
    { subject: `sign-in:${account}@${network}`, policies: SIGN_IN_ACCOUNT_POLICIES },
    { subject: `sign-in:${network}`, policies: SIGN_IN_ADDRESS_POLICIES },
  ];
}

/** An account in the name of a counter. */
function accountDigest(email: string): string {
  return createHash("sha256").update(email.trim().toLowerCase()).digest("base64url").slice(0, 22);
}

/** Defends the database, and the hashing of passwords, against strangers who make up links of invitations. */
const INVITATION_POLICIES: readonly RatePolicy[] = [
  { name: "invitations-hour", limit: 60, windowMs: HOUR_MS },
];

/** For each look at, and each attempt to accept, an invitation. */
export function invitationPolicies(address: string | null): SubjectPolicies {
  return { subject: `invitation:${clientNetwork(address)}`, policies: INVITATION_POLICIES };
}

/** Defends a provider, and us who wait for it, against strangers who press its button without end. */
const PROVIDER_VISIT_POLICIES: readonly RatePolicy[] = [
  { name: "provider-visits-hour", limit: 400, windowMs: HOUR_MS },
];

/** For each step of a sign-in by a provider, of which there are two. */
export function providerVisitPolicies(address: string | null): SubjectPolicies {
  return { subject: `provider-visit:${clientNetwork(address)}`, policies: PROVIDER_VISIT_POLICIES };
}

/** Defends the database against strangers who have challenges made, of which each is a row for five minutes. */
const PASSKEY_ASK_POLICIES: readonly RatePolicy[] = [
  { name: "passkey-challenges-hour", limit: 200, windowMs: HOUR_MS },
];

/** For each challenge that a visitor of the sign-in page is given. Answers are counted by {@link signInPolicies}. */
export function passkeyAskPolicies(address: string | null): SubjectPolicies {
  return { subject: `passkey-challenge:${clientNetwork(address)}`, policies: PASSKEY_ASK_POLICIES };
}

/**
 * The counters of codes that are tried for an account. With another second factor they begin anew: somebody who has guessed
 * at the old one must not keep out whoever was just given a way back by a reset. To make another one takes a session.
 * @param madeAt when the second factor was made; null where there is none
 */
export function secondFactorPolicies(adminId: Id<"adm">, madeAt: Date | null): SubjectPolicies[] {
  const made = madeAt === null ? "" : `:${madeAt.getTime()}`;
  return [{ subject: `second-factor:${adminId}${made}`, policies: SECOND_FACTOR_POLICIES }];
}

/** Defends the mail server, and whoever gets the mails, against a stranger who asks for new passwords of many. */
const RESET_REQUEST_POLICIES: readonly RatePolicy[] = [
  { name: "reset-requests-hour", limit: 20, windowMs: HOUR_MS },
];

/** For each request for a new password. */
export function resetRequestPolicies(address: string | null): SubjectPolicies {
  return { subject: `reset-request:${clientNetwork(address)}`, policies: RESET_REQUEST_POLICIES };
}

/**
 * Defends a mailbox, and the audit, against strangers who ask for new passwords from many addresses. Not told to whoever asks:
 * it would tell which accounts there are.
 */
const RESET_MAIL_POLICIES: readonly RatePolicy[] = [
  { name: "reset-mails-hour", limit: 3, windowMs: HOUR_MS },
];

/** For each mail with a link for a new password. */
export function resetMailPolicies(email: string): SubjectPolicies {
  return { subject: `reset-mail:${accountDigest(email)}`, policies: RESET_MAIL_POLICIES };
}

/*
 * Subjects end up as key names in Redis, where they are listed, logged and backed up. So none holds a secret: a key is
 * named by its id, which also lets its counters survive a regenerate, and an e-mail address by a digest.
 */

/** Whose calls {@link keyPolicies} count. */
export function keySubject(id: Id<"key">): string {
  return `key:${id}`;
}

/** Whose questions {@link lookUpPolicies} count: an administrator's, by id. */
export function lookUpSubject(principal: string): string {
  return `look-up:${principal}`;
}

/** Whose failures {@link authFailurePolicies} count. */
export function authFailureSubject(address: string | null): string {
  return `auth:${clientNetwork(address)}`;
}

/**
 * The part of an address that one client cannot change at will.
 * - IPv6: the /64. Every home connection and every rented server has a whole one, and could otherwise make each guess
 *   from an address never seen before.
 * - IPv4 written as IPv6 (`::ffff:203.0.113.7`), which dual-stack sockets report: the IPv4 address.
 * - None, or text that is no address, as a careless proxy may pass on: one counter for all of those, since telling them apart by
 *   their text would let the caller choose his counter.
 */
function clientNetwork(address: string | null): string {
  if (address === null || !ipaddr.isValid(address)) return "unknown";
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  const network = parsed.parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(":")}::/64`;
}
