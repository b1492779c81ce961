import type { z } from "zod";
import type { KeyView } from "@/contracts/keys";
import type { Permission } from "@/contracts/permissions";
import type { askApprovalSchema } from "@/contracts/schemas/approvals";
import type { Transaction } from "@/server/database/connections";
import { withSavepoint } from "@/server/database/session";
import type { ServiceContext } from "../../context";
import { type Approval, createKey, reactivateKey, updateKey } from "../../keys";

export type Asked = z.output<typeof askApprovalSchema>;

/** Does to a key that is there what was asked for. */
export function perform(
  ctx: ServiceContext & { tx: Transaction },
  asked: Exclude<Asked, { kind: "create" }>,
  approval: Approval,
): Promise<KeyView> {
  return asked.kind === "update"
    ? updateKey(ctx, asked.input, approval)
    : reactivateKey(ctx, asked.input, approval);
}

/** Ends a rehearsal: the savepoint takes back what was done. */
class Rehearsed extends Error {}

/**
 * Does what was asked for and takes it back: so that whatever would refuse it says so now, in its own words, and not when the
 * requester comes for the secret a week later.
 * @returns the key as it would be, and the permissions for which it takes the approval
 * @throws AppError what the verb throws
 */
export async function rehearse(
  ctx: ServiceContext & { tx: Transaction },
  asked: Asked,
  approval: Approval,
): Promise<{ key: KeyView; needed: Permission[] }> {
  let key: KeyView | undefined;
  let needed: Permission[] = [];
  const noting: Approval = {
    ...approval,
    onTaken: (permissions) => {
      needed = permissions;
    },
  };
  try {
    await withSavepoint(ctx, async (ctx) => {
      key =
        asked.kind === "create"
          ? (await createKey(ctx, asked.input, noting)).key
          : await perform(ctx, asked, noting);
      throw new Rehearsed();
    });
  } catch (error) {
    if (!(error instanceof Rehearsed)) throw error;
  }
  if (!key) throw new Error("A rehearsal made no key");
  return { key, needed };
}
