import type { KeyView, RevealedKey } from "@/contracts/keys";
import {
  createManagedKeySchema,
  keyIdSchema,
  listManagedKeysQuerySchema,
  type ManagedKey,
  managedKeySchema,
  regenerateManagedKeySchema,
  revealedKeySchema,
  revokeManagedKeySchema,
  updateManagedKeySchema,
} from "@/contracts/schemas/keys";
import {
  createManagedKey,
  deleteKey,
  getKey,
  listManagedKeys,
  reactivateKey,
  regenerateKey,
  revokeKey,
  updateKey,
} from "@/server/services/keys";
import { MANAGED_KEY_EXAMPLES } from "./examples/managed-keys";
import { type Answer, defineRoute } from "./route";
import { deletedKeySchema, managedKeyPageSchema } from "./schemas";

/** A key as the contract has it: without who made it, answers for it and revoked it, and where it was used from. */
function managedKey(view: KeyView): ManagedKey {
  return {
    id: view.id,
    name: view.name,
    description: view.description,
    environment: view.environment,
    maskedKey: view.maskedKey,
    status: view.status,
    permissions: view.permissions,
    rateLimits: view.rateLimits,
    customers: view.customers?.map(({ id }) => id) ?? null,
    ipAllowlist: view.ipAllowlist,
    allowedOrigins: view.allowedOrigins,
    tags: view.tags,
    expiresAt: view.expiresAt,
    revokedAt: view.revokedAt,
    revokedReason: view.revokedReason,
    overlapUntil: view.overlapUntil,
    lastUsedAt: view.lastUsedAt,
    createdAt: view.createdAt,
    updatedAt: view.updatedAt,
  };
}

/** The one form of answer that has a secret. */
const revealed = ({ key, secret }: RevealedKey) => ({ ...managedKey(key), secret });

/** What every route of this noun says: who may call it, and that its verb works with tables that the API's roles do not see. */
const MANAGED = { permission: "keys:manage", database: "owner" } as const;

const changed = { 200: { description: "The changed key", schema: managedKeySchema } };

export const managedKeyRoutes = [
  defineRoute(
    {
      id: "keys.list",
      method: "get",
      path: "/keys",
      summary: "List the keys that the calling key manages",
      description:
        "Newest first. A key manages those that it has made, or all of its environment where an administrator has said so; one that is restricted to customers of these only those that are restricted to some of its own customers. A call looks through 5,000 keys at most: with a filter, a page may have fewer keys than `limit`, or none, while `nextCursor` leads on.",
      ...MANAGED,
      input: { query: listManagedKeysQuerySchema },
      responses: { 200: { description: "A page of keys", schema: managedKeyPageSchema } },
      problems: ["validation_failed"],
      examples: MANAGED_KEY_EXAMPLES.list,
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listManagedKeys(ctx, query);
      return { status: 200, body: { data: data.map(managedKey), nextCursor } };
    },
  ),
  defineRoute(
    {
      id: "keys.create",
      method: "post",
      path: "/keys",
      summary: "Make a key for somebody else, which may do at most what the calling key may",
      description:
        "`secret` is in this answer and nowhere else. Of `rateLimits`, `customers`, `ipAllowlist`, `allowedOrigins` and `expiresAt` what is absent is as the calling key has it; what is sent must lie within that, and each permission must be one that the calling key has or that one of its own includes. `keys:manage` can be given only where an administrator has allowed it. The key policy of the environment holds as well (422 with the code `policy`); a permission that takes a second person's approval is 422 with the code `approval`, and is asked for in the console. A key makes at most 10,000 keys that are neither revoked nor deleted (409 `conflict`). Limits count for each key by itself: what it makes takes nothing of its own.",
      ...MANAGED,
      input: { body: createManagedKeySchema },
      revealsOnce: "secret",
      responses: {
        201: { description: "The new key with its secret", schema: revealedKeySchema, headers: ["Location"] },
      },
      problems: ["validation_failed", "customer_out_of_scope", "conflict"],
      examples: MANAGED_KEY_EXAMPLES.create,
    },
    async ({ ctx, body, link }) => {
      const made = await createManagedKey(ctx, body);
      return { status: 201, body: revealed(made), headers: { Location: link(`/keys/${made.key.id}`) } };
    },
  ),
  defineRoute(
    {
      id: "keys.get",
      method: "get",
      path: "/keys/{id}",
      summary: "Get a key",
      ...MANAGED,
      input: { params: keyIdSchema },
      responses: { 200: { description: "The key", schema: managedKeySchema } },
      problems: ["not_found"],
      examples: MANAGED_KEY_EXAMPLES.get,
    },
    async ({ ctx, params }) => ({ status: 200, body: managedKey(await getKey(ctx, params)) }),
  ),
  defineRoute(
    {
      id: "keys.update",
      method: "patch",
      path: "/keys/{id}",
      summary: "Change a key",
      description:
        "A list that is sent takes the place of the one before. A change that takes power away is always allowed; one that gives some takes that the key as a whole is within what the calling key may do afterwards.",
      ...MANAGED,
      input: { params: keyIdSchema, body: updateManagedKeySchema },
      responses: changed,
      problems: ["not_found", "validation_failed", "customer_out_of_scope"],
      examples: MANAGED_KEY_EXAMPLES.update,
    },
    async ({ ctx, params, body }) => ({
      status: 200,
      body: managedKey(await updateKey(ctx, { ...params, ...body })),
    }),
  ),
  defineRoute(
    {
      id: "keys.delete",
      method: "delete",
      path: "/keys/{id}",
      summary: "Delete a key that is revoked or has expired",
      description: "Its name and id stay in the history; its secrets are forgotten for good.",
      ...MANAGED,
      input: { params: keyIdSchema },
      responses: { 200: { description: "It is deleted", schema: deletedKeySchema } },
      problems: ["not_found", "invalid_state"],
      examples: MANAGED_KEY_EXAMPLES.delete,
    },
    async ({ ctx, params }) => ({ status: 200, body: await deleteKey(ctx, params) }),
  ),
  defineRoute(
    {
      id: "keys.regenerate",
      method: "post",
      path: "/keys/{id}/regenerate",
      summary: "Give a key a new secret",
      description:
        "`secret` is in this answer and nowhere else. The secret before stops with the next call, or after the overlap. The key as a whole must be within what the calling key may do (403 `permission_denied`). While an overlap runs, `endsOverlap` has to name its end, `overlapUntil`: the secret that was to work until then stops at once (409 `invalid_state`).",
      ...MANAGED,
      input: { params: keyIdSchema, body: regenerateManagedKeySchema },
      bodyOptional: true,
      revealsOnce: "secret",
      responses: { 200: { description: "The key with its new secret", schema: revealedKeySchema } },
      problems: ["not_found", "validation_failed", "invalid_state"],
      examples: MANAGED_KEY_EXAMPLES.regenerate,
    },
    async ({ ctx, params, body }) => ({
      status: 200,
      body: revealed(await regenerateKey(ctx, { ...params, ...body })),
    }),
  ),
  defineRoute(
    {
      id: "keys.revoke",
      method: "post",
      path: "/keys/{id}/revoke",
      summary: "Cut a key off",
      description:
        "From its next call on. One that is revoked already stays as it is, with its first reason.",
      ...MANAGED,
      input: { params: keyIdSchema, body: revokeManagedKeySchema },
      bodyOptional: true,
      responses: changed,
      problems: ["not_found", "validation_failed"],
      examples: MANAGED_KEY_EXAMPLES.revoke,
    },
    async ({ ctx, params, body }) => ({
      status: 200,
      body: managedKey(await revokeKey(ctx, { ...params, ...body })),
    }),
  ),
  defineRoute(
    {
      id: "keys.reactivate",
      method: "post",
      path: "/keys/{id}/reactivate",
      summary: "Let a key work again that the calling key has revoked",
      description:
        "One that somebody else has revoked, an administrator or the policy, is reactivated in the console alone (409 `invalid_state`); a key that manages all keys may reactivate what any key has revoked. The key as a whole must be within what the calling key may do (403 `permission_denied`). Where its maker has as many keys that are neither revoked nor deleted as it may, it stays revoked (409 `conflict`).",
      ...MANAGED,
      input: { params: keyIdSchema },
      responses: changed,
      problems: ["not_found", "validation_failed", "invalid_state", "conflict"],
      examples: MANAGED_KEY_EXAMPLES.reactivate,
    },
    async ({ ctx, params }): Promise<Answer> => ({
      status: 200,
      body: managedKey(await reactivateKey(ctx, params)),
    }),
  ),
];
