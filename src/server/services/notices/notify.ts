import { and, eq, inArray, isNull } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { cleanObject } from "@/contracts/json";
import { noticeWords } from "@/contracts/notice-words";
import type { NoticeFacts } from "@/contracts/notices";
import { newId } from "@/server/core/ids";
import type { Transaction } from "@/server/database/connections";
import { notices } from "@/server/database/schema";
import type { ServiceContext } from "../context";
import { queueMail } from "../mails";
import { isWithinReach, loadTeam, managersOf, type Person } from "./internal/people";

/** Whom a notice is for. Of those, nobody is told of an environment in which they hold no role, nor anybody deactivated. */
export type Audience =
  /** One person. */
  | { kind: "person"; id: Id<"adm"> }
  /** Who answers for a key: its owner, else all who may manage keys there. */
  | { kind: "key"; ownerId: Id<"adm"> | null }
  /** All who may manage keys there, but one, such as whoever asks. */
  | { kind: "managers"; except?: Id<"adm"> | undefined }
  | { kind: "owners" };

/** Something to tell. */
export type NewNotice = Told &
  (
    | { environment: Environment; for: Audience }
    /** It belongs to none. */
    | { environment: null; for: Extract<Audience, { kind: "person" | "owners" }> }
  );

interface Told {
  facts: NoticeFacts;
  /** The id of what it is about. */
  subjectId: string;
  /** Tells one time that there is something to tell of the subject from the next. */
  occasion: string;
}

type InTransaction = ServiceContext & { tx: Transaction };

/**
 * Tells people something, each once, in the transaction of what it is about: in the console, and by mail as each has chosen. Told
 * again of the same occasion, they get nothing.
 * @param team everybody, where the caller has read them already
 * @returns how many people were told
 */
export async function notify(
  ctx: InTransaction,
  notice: NewNotice,
  team?: readonly Person[],
): Promise<number> {
  const { facts, subjectId, occasion, environment } = notice;
  const people = peopleFor(notice, team ?? (await loadTeam(ctx.tx)));
  const createdAt = ctx.clock.now();
  const rows = people.flatMap((person) => {
    const delivery = person.deliveries[facts.kind];
    if (delivery === "off") return [];
    const row = { id: newId("ntc"), adminId: person.id, kind: facts.kind, subjectId, occasion, environment };
    return [{ ...row, facts: cleanObject(facts), delivery, createdAt }];
  });
  if (rows.length === 0) return 0;
  const told = await ctx.tx
    .insert(notices)
    .values(rows)
    .onConflictDoNothing()
    .returning({ id: notices.id, adminId: notices.adminId, delivery: notices.delivery });
  const mailed: Id<"ntc">[] = [];
  for (const { id, adminId, delivery } of told) {
    const person = people.find((one) => one.id === adminId);
    if (delivery === "now" && person && (await mail(ctx, id, person, notice))) mailed.push(id);
  }
  if (mailed.length > 0) {
    await ctx.tx.update(notices).set({ mailedAt: createdAt }).where(inArray(notices.id, mailed));
  }
  return told.length;
}

/** Marks as read, for everybody, what was told of a subject that needs nobody any more. */
export async function settleNotices(
  ctx: InTransaction,
  kind: NoticeFacts["kind"],
  subjectId: string,
): Promise<void> {
  await ctx.tx
    .update(notices)
    .set({ readAt: ctx.clock.now() })
    .where(and(eq(notices.kind, kind), eq(notices.subjectId, subjectId), isNull(notices.readAt)));
}

function peopleFor({ for: audience, environment }: NewNotice, team: readonly Person[]): Person[] {
  const within = team.filter((person) => isWithinReach(person, environment));
  const managers = () => (environment === null ? [] : managersOf(within, environment));
  switch (audience.kind) {
    case "person":
      return within.filter(({ id }) => id === audience.id);
    case "key": {
      const owner = within.filter(({ id }) => id === audience.ownerId);
      return owner.length > 0 ? owner : managers();
    }
    case "managers":
      return managers().filter(({ id }) => id !== audience.except);
    case "owners":
      return within.filter(({ role }) => role === "owner");
  }
}

function mail(
  ctx: InTransaction,
  id: Id<"ntc">,
  person: Person,
  { facts, environment }: NewNotice,
): Promise<boolean> {
  const { title, text, action } = noticeWords(facts);
  const usefulUntil = overAt(facts);
  return queueMail(ctx, {
    to: person.email,
    person: person.id,
    environment,
    ...(usefulUntil && { usefulUntil }),
    subject: title,
    headline: title,
    paragraphs: [text],
    action,
    footer: `Sent by Keyward at ${ctx.baseUrl}. Choose what you are sent under Notices in your profile.`,
    onceKey: id,
  });
}

/** When what is told ahead has come about: to be told then that it will is no use, and the next notice tells that it has. */
export function overAt(facts: NoticeFacts): Date | null {
  if (facts.kind === "key_expiring") return new Date(facts.expiresAt);
  return facts.kind === "key_silent" ? new Date(facts.revokedAt) : null;
}
