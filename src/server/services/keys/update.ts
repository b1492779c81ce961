import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import type { KeyView } from "@/contracts/keys";
import { type UpdateKeyInput, updateKeySchema } from "@/contracts/schemas/keys";
import { cleanText, folded } from "@/contracts/text";
import { canonicalRange } from "@/server/core/addresses";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import type { Transaction } from "@/server/database/connections";
import type { CallingKey } from "../calling-key";
import type { ServiceContext } from "../context";
import { loadOwnPermissions, requireDefined } from "../permissions";
import type { ApprovalGround } from "./internal/approval";
import { requireNamedWithin } from "./internal/bounds";
import { changeKey } from "./internal/change";
import { managementOf } from "./internal/management";
import { ownerColumns } from "./internal/owner";
import { canonicalRanges, futureExpiry, replaceScope } from "./internal/scope";
import { inWindowOrder } from "./internal/view";

type Edit = Omit<z.output<typeof updateKeySchema>, "id">;

/**
 * Edits what is given and leaves the rest. The environment is not among it: a key keeps that for life.
 * @param ground why it may do what takes a second person; without one a permission that takes one is refused
 * @throws AppError not_found; validation_failed (a permission that nobody has defined, expiry in the past, customers of another environment, a deactivated owner, outside of the policy)
 */
export async function updateKey(
  ctx: ServiceContext,
  input: UpdateKeyInput,
  ground: ApprovalGround = null,
): Promise<KeyView> {
  const { id, ...given } = parse(updateKeySchema, input);
  if (ctx.principal.kind === "key") requireOfferedToKeys(given);
  return changeKey(
    ctx,
    id,
    "key.update",
    async (key, tx, caller) => {
      const edit = { ...given, ...managementOf(given.permissions ?? key.permissions) };
      const { customers, expiresAt, ipAllowlist, name, description, owner, tags, ...plain } = whatDiffers(
        edit,
        key,
      );
      await requireGivable({ ...ctx, tx }, caller, { ...plain, customers }, key);
      if (customers !== undefined) await replaceScope(tx, key, customers);
      const changes = {
        ...plain,
        ...(name === undefined ? {} : { name: cleanText(name) }),
        ...(description === undefined ? {} : { description: cleanText(description) }),
        ...(customers === undefined ? {} : { customerScoped: customers !== null }),
        ...(expiresAt === undefined ? {} : { expiresAt: futureExpiry(expiresAt, ctx.clock) }),
        ...(ipAllowlist === undefined ? {} : { ipAllowlist: canonicalRanges(ipAllowlist) }),
        ...(owner === undefined ? {} : await ownerColumns(tx, owner)),
        ...(tags === undefined ? {} : { tags: tags.map(cleanText) }),
      };
      return Object.keys(changes).length > 0 ? changes : null;
    },
    ground,
  );
}

/** Refuses permissions that nobody has defined, after what the calling key does not have itself. */
async function requireGivable(
  ctx: ServiceContext & { tx: Transaction },
  caller: CallingKey | null,
  { permissions = [], customers }: Pick<Edit, "permissions" | "customers">,
  key: KeyView,
): Promise<void> {
  if (caller) {
    requireNamedWithin(caller, await loadOwnPermissions(ctx.tx), { permissions, customers }, key.permissions);
  }
  await requireDefined(ctx, permissions, key.permissions);
}

/** What administrators say alone: no route offers it to keys, and this keeps one that would. */
function requireOfferedToKeys({ owner, managesKeys, grantsKeyManagement }: Edit): void {
  if ([owner, managesKeys, grantsKeyManagement].some((field) => field !== undefined)) throw notFound();
}

/**
 * The edit without what is so already: a form saved as it was is no change and leaves no audit row, and an expiry that
 * stays as it is may lie in the past, so that an expired key can be renamed.
 */
function whatDiffers(edit: Edit, key: KeyView): Edit {
  const wanted = comparable(edit);
  const present = comparable({
    ...key,
    customers: key.customers?.map((customer) => customer.id) ?? null,
    // Somebody else may have the address of a person who has left.
    owner: key.owner?.hasLeft ? undefined : (key.owner?.email ?? null),
  });
  return Object.fromEntries(
    Object.entries(edit).filter(([name, value]) => {
      return value !== undefined && !isDeepStrictEqual(wanted[name], present[name]);
    }),
  );
}

/** The settings in one form each: lists are sets, an instant and a range can be written in several ways. */
function comparable(settings: Edit): Record<string, unknown> {
  const { permissions, rateLimits, expiresAt, customers, ipAllowlist, allowedOrigins } = settings;
  const { name, description, owner, tags, managesKeys, grantsKeyManagement } = settings;
  const asSet = (members: readonly (string | null)[] | null | undefined) =>
    members && [...new Set(members)].sort();
  return {
    name,
    description,
    permissions: asSet(permissions),
    rateLimits: rateLimits && inWindowOrder(rateLimits),
    expiresAt: expiresAt && new Date(expiresAt).toISOString(),
    customers: asSet(customers),
    ipAllowlist: asSet(ipAllowlist?.map(canonicalRange)),
    allowedOrigins: asSet(allowedOrigins),
    owner: owner && folded(owner),
    tags,
    managesKeys,
    grantsKeyManagement,
  };
}
