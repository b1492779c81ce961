import { DAY_MS } from "@/contracts/durations";
import { SILENCE_BOUNDS } from "@/contracts/key-policies";
import type { KeyPolicy } from "./load";

/** What of a key its silence is counted from. */
export interface SilentKey {
  createdAt: Date;
  lastUsedAt: Date | null;
  revivedAt: Date | null;
  /** When its page began to say that it will be revoked; null: it does not yet. */
  warnedAt: Date | null;
}

/** The silence of a key, and when its policy revokes it. */
export interface Silence {
  since: Date;
  /** The first instant at which it may be revoked. */
  endsAt: Date;
}

/**
 * When a policy revokes a key unless it is used: null where it does not. Days after it was last used, made or brought back;
 * but never within the days of grace after the rule was set or tightened, or after it was first told: what was silent
 * because Keyward itself was down for a month is told of when it is up again, and not cut off.
 */
export function silenceOf(
  { rules: { silenceDays }, silenceSetAt }: KeyPolicy,
  key: SilentKey,
  now: Date,
): Silence | null {
  if (silenceDays === null) return null;
  const { createdAt, lastUsedAt, revivedAt, warnedAt } = key;
  const since = Math.max(createdAt.getTime(), lastUsedAt?.getTime() ?? 0, revivedAt?.getTime() ?? 0);
  const silent = since + silenceDays * DAY_MS;
  const told = (warnedAt ?? now).getTime() + SILENCE_BOUNDS.graceDays * DAY_MS;
  const settled = (silenceSetAt?.getTime() ?? 0) + SILENCE_BOUNDS.graceDays * DAY_MS;
  return { since: new Date(since), endsAt: new Date(Math.max(silent, told, settled)) };
}
