import { auditHeadSchema } from "@/contracts/audit";
import { invalidField } from "@/server/core/errors";
import { listAuditHeads, verifyAudit } from "@/server/services/audit";
import type { Command } from "../command";

const MAX_DAYS = 3_660;

function keptHead(text: unknown) {
  if (text === undefined) return null;
  const head = auditHeadSchema.safeParse(text);
  if (!head.success) throw invalidField("head", head.error.issues[0]?.message ?? "Is no head");
  return head.data;
}

function daysOf(text: unknown): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= MAX_DAYS) return days;
  throw invalidField("days", `Must be a whole number from 1 to ${MAX_DAYS}`);
}

export const auditCommands: readonly Command[] = [
  {
    noun: "audit",
    verb: "verify",
    usage: "[--head <position>:<hash>]",
    words: 0,
    options: { head: { type: "string" } },
    prepare({ options }) {
      const kept = keptHead(options.head);
      return async (ctx) => {
        const { head, broken } = await verifyAudit(ctx, { kept });
        if (broken) {
          const row = broken.id ? ` (${broken.id}, ${broken.at})` : "";
          return {
            text: `Broken at row ${broken.position}${row}. ${broken.detail}`,
            data: { ok: false, broken, lastGood: head },
            failed: true,
          };
        }
        if (head.position === 0) return { text: "The audit is empty.", data: { ok: true, head: null } };
        const rows = head.position === 1 ? "1 row" : `${head.position.toLocaleString("en")} rows`;
        return {
          text: `${rows}, unbroken. Head ${head.position}:${head.hash}`,
          data: { ok: true, head },
        };
      };
    },
  },
  {
    noun: "audit",
    verb: "head",
    usage: "[--days N]",
    words: 0,
    options: { days: { type: "string", default: "1" } },
    prepare({ options }) {
      const days = daysOf(options.days);
      return async (ctx) => {
        const heads = await listAuditHeads(ctx, { days });
        const lines = heads.map(({ day, position, hash }) => `${day}  ${position}:${hash}`);
        return { text: lines.length > 0 ? lines.join("\n") : "The audit is empty.", data: heads };
      };
    },
  },
];
