import { grouped } from "@/contracts/numbers";
import { auditHeadSchema, listAuditHeadsSchema } from "@/contracts/schemas/audit";
import { invalidField } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import type { Command } from "../command";

function keptHead(text: unknown) {
  if (text === undefined) return null;
  const head = auditHeadSchema.safeParse(text);
  if (!head.success) throw invalidField("head", head.error.issues[0]?.message ?? "Is no head");
  return head.data;
}

export const auditCommands: readonly Command[] = [
  {
    noun: "audit",
    verb: "verify",
    summary: "check the chain of the audit",
    example: "audit verify --head 1204:9f86d0…",
    words: [],
    options: {
      head: {
        about: "one that was kept elsewhere, which must still be in the chain",
        value: "position:hash",
      },
    },
    prepare({ options }) {
      const kept = keptHead(options.head);
      return async (ctx) => {
        const { verifyAudit } = await import("@/server/services/audit");
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
        const rows = head.position === 1 ? "1 row" : `${grouped(head.position)} rows`;
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
    summary: "print the last head of each day, to keep elsewhere",
    example: "audit head --days 7",
    words: [],
    options: { days: { about: "how many days", value: "n", default: "1" } },
    prepare({ options }) {
      const input = parse(listAuditHeadsSchema, { days: Number(options.days) });
      return async (ctx) => {
        const { listAuditHeads } = await import("@/server/services/audit");
        const heads = await listAuditHeads(ctx, input);
        const lines = heads.map(({ day, position, hash }) => `${day}  ${position}:${hash}`);
        return { text: lines.length > 0 ? lines.join("\n") : "The audit is empty.", data: heads };
      };
    },
  },
];
