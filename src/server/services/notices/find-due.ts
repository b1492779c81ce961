import { noticeWords } from "@/contracts/notice-words";
import { authorize } from "@/server/core/authorize";
import type { Transaction } from "@/server/database/connections";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { queueMail } from "../mails";
import { type DueOfKey, FINDERS } from "./internal/due-of-keys";
import { loadTeam } from "./internal/people";
import { notify } from "./notify";

/** Notices that are given in one transaction. */
const BATCH = 200;

/**
 * Looks for what there is to tell of keys, and tells it. Several processes may look at once, and one may end in between: what
 * was told is known by its row, in the transaction that puts the mail in line.
 */
export async function findDueNotices(ctx: ServiceContext, stop: AbortSignal): Promise<void> {
  authorize(ctx, "keys:manage");
  for (const find of Object.values(FINDERS)) {
    let after: string | undefined = "";
    while (after !== undefined && !stop.aborted) {
      const from: string = after;
      after = await withTransaction(ctx, async (ctx) => {
        const due = await find(ctx.tx, ctx.clock.now(), from, BATCH);
        if (due.length > 0) await tell(ctx, due);
        return due.length === BATCH ? due.at(-1)?.key.id : undefined;
      });
    }
  }
}

async function tell(ctx: ServiceContext & { tx: Transaction }, due: readonly DueOfKey[]): Promise<void> {
  const team = await loadTeam(ctx.tx);
  for (const { key, ownerId, contact, occasion, facts } of due) {
    const { environment } = key;
    const audience = { kind: "key", ownerId, environment } as const;
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
  await queueMail(ctx, {
    to,
    subject: title,
    headline: title,
    paragraphs: [text],
    action: null,
    footer: `Sent by Keyward at ${ctx.baseUrl} to whoever answers for this key. Ask the people who run it if that is not you.`,
    onceKey: `${facts.kind} ${facts.key.id} ${occasion} contact`,
  });
}
