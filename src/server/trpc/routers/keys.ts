import {
  createKeySchema,
  deleteKeySchema,
  endOverlapSchema,
  identifyKeySchema,
  keyIdSchema,
  listKeysSchema,
  regenerateKeySchema,
  revokeKeySchema,
  revokeKeysSchema,
  updateKeySchema,
} from "@/contracts/schemas/keys";
import {
  createKey,
  deleteKey,
  endOverlap,
  getKey,
  getKeyLimits,
  identifyKey,
  listKeyLabels,
  listKeys,
  reactivateKey,
  regenerateKey,
  revokeKey,
  revokeKeys,
  revokeKeyWithMade,
  updateKey,
} from "@/server/services/keys";
import { adminProcedure, router } from "../trpc";

export const keysRouter = router({
  list: adminProcedure.input(listKeysSchema).query(({ ctx, input }) => listKeys(ctx.service, input)),
  labels: adminProcedure.query(({ ctx }) => listKeyLabels(ctx.service)),
  get: adminProcedure.input(keyIdSchema).query(({ ctx, input }) => getKey(ctx.service, input)),
  limits: adminProcedure.input(keyIdSchema).query(({ ctx, input }) => getKeyLimits(ctx.service, input)),
  // A question, and a mutation all the same: the input of a query stands in the address of a GET, which is logged.
  identify: adminProcedure
    .input(identifyKeySchema)
    .mutation(({ ctx, input }) => identifyKey(ctx.service, input)),
  create: adminProcedure.input(createKeySchema).mutation(({ ctx, input }) => createKey(ctx.service, input)),
  update: adminProcedure.input(updateKeySchema).mutation(({ ctx, input }) => updateKey(ctx.service, input)),
  revoke: adminProcedure.input(revokeKeySchema).mutation(({ ctx, input }) => revokeKey(ctx.service, input)),
  revokeMany: adminProcedure
    .input(revokeKeysSchema)
    .mutation(({ ctx, input }) => revokeKeys(ctx.service, input)),
  revokeWithMade: adminProcedure
    .input(revokeKeySchema)
    .mutation(({ ctx, input }) => revokeKeyWithMade(ctx.service, input)),
  reactivate: adminProcedure
    .input(keyIdSchema)
    .mutation(({ ctx, input }) => reactivateKey(ctx.service, input)),
  regenerate: adminProcedure
    .input(regenerateKeySchema)
    .mutation(({ ctx, input }) => regenerateKey(ctx.service, input)),
  endOverlap: adminProcedure
    .input(endOverlapSchema)
    .mutation(({ ctx, input }) => endOverlap(ctx.service, input)),
  delete: adminProcedure.input(deleteKeySchema).mutation(({ ctx, input }) => deleteKey(ctx.service, input)),
});
