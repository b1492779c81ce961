import { eq } from "drizzle-orm";
import { MINUTE_MS } from "@/contracts/durations";
import { noticeWords } from "@/contracts/notice-words";
import { authorize } from "@/server/core/authorize";
import type { Transaction } from "@/server/database/connections";
import { settings } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { queueMail } from "../mails";
import { type DueOfKey, FINDERS } from "./internal/due-of-keys";
import { loadTeam } from "./internal/people";
import { notify, overAt } from "./notify";

/** Notices that are given in one transaction. */
const BATCH = 200;

const ROUND_SETTING = "notices.round";
/** A little less than the ten minutes of maintenance, which is called each minute where no process stays. */
const ROUND_MS = 9 * MINUTE_MS;

const NAMES = Object.keys(FINDERS);

/** How far has been looked. */
interface Round {
  /** Epoch milliseconds. */
  startedAt: number;
  /** What is looked for, of {@link FINDERS}; null once the round is over. */
  finder: string | null;
  /** The last key that was told of. */
  after: string;
}

/**
 * Looks for what there is to tell of keys, and tells it: at most one round in nine minutes, and one that was stopped goes on where
 * it was. Several processes may look at once, and one may end in between: what was told is known by its row, in the transaction
 * that queues the mail.
 */
export async function findDueNotices(ctx: ServiceContext, stop: AbortSignal): Promise<void> {
  authorize(ctx, "keys:manage");
  const now = ctx.clock.now().getTime();
  let round = await readRound(ctx);
  if (!round || (round.finder === null && now - round.startedAt >= ROUND_MS)) {
    round = { startedAt: now, finder: NAMES[0] ?? null, after: "" };
  }
  while (round.finder !== null && !stop.aborted) round = await tellBatch(ctx, round, round.finder);
}

async function readRound(ctx: ServiceContext): Promise<Round | undefined> {
  const [row] = await withDatabase(ctx, (db) =>
    db.select().from(settings).where(eq(settings.name, ROUND_SETTING)),
  );
  return row?.value as Round | undefined;
}

async function tellBatch(ctx: ServiceContext, { startedAt, after }: Round, name: string): Promise<Round> {
  const following = NAMES[NAMES.indexOf(name) + 1] ?? null;
  // Of another version, which looks for something that this one does not know.
  const find = FINDERS[name] ?? (() => Promise.resolve([]));
  return withTransaction(ctx, async (ctx) => {
    const due = await find(ctx.tx, ctx.clock.now(), after, BATCH);
    if (due.length > 0) await tell(ctx, due);
    const last = due.length === BATCH ? due.at(-1) : undefined;
    const round: Round = last
      ? { startedAt, finder: name, after: last.key.id }
      : { startedAt, finder: following, after: "" };
    await ctx.tx
      .insert(settings)
      .values({ name: ROUND_SETTING, value: round })
      .onConflictDoUpdate({ target: settings.name, set: { value: round } });
    return round;
  });
}

async function tell(ctx: ServiceContext & { tx: Transaction }, due: readonly DueOfKey[]): Promise<void> {
  const team = await loadTeam(ctx.tx);
  for (const { key, ownerId, contact, occasion, facts } of due) {
    const { environment } = key;
    const audience = { kind: "key", ownerId } as const;
    await notify(ctx, { facts, subjectId: key.id, occasion, environment, for: audience }, team);
    if (contact !== null) await tellContact(ctx, contact, occasion, facts);
  }
}

/** What ends calls by itself is told to a contact outside too, who cannot open the console, and knows who can. */
async function tellContact(
  ctx: ServiceContext & { tx: Transaction },
  to: string,
  occasion: string,
  facts: DueOfKey["facts"],
): Promise<void> {
  if (facts.kind !== "key_expiring" && facts.kind !== "key_expired" && facts.kind !== "key_silent") return;
  const { title, text } = noticeWords(facts);
  const usefulUntil = overAt(facts);
  await queueMail(ctx, {
    to,
    subject: title,
    headline: title,
    paragraphs: [text],
    action: null,
    footer: `Sent by Keyward at ${ctx.baseUrl} to whoever answers for this key. Ask the people who run it if that is not you.`,
    onceKey: `${facts.kind} ${facts.key.id} ${occasion} contact`,
    ...(usefulUntil && { usefulUntil }),
  });
}
