import { oneEnvironmentSchema } from "@/contracts/schemas/environments";
import { changeKeyPolicySchema, tryKeyPolicySchema } from "@/contracts/schemas/key-policies";
import {
  changeKeyPolicy,
  listKeyPolicies,
  listKeysOutside,
  tryKeyPolicy,
} from "@/server/services/key-policies";
import { adminProcedure, router } from "../trpc";

export const policiesRouter = router({
  list: adminProcedure.query(({ ctx }) => listKeyPolicies(ctx.service)),
  outside: adminProcedure
    .input(oneEnvironmentSchema)
    .query(({ ctx, input }) => listKeysOutside(ctx.service, input)),
  try: adminProcedure.input(tryKeyPolicySchema).query(({ ctx, input }) => tryKeyPolicy(ctx.service, input)),
  change: adminProcedure
    .input(changeKeyPolicySchema)
    .mutation(({ ctx, input }) => changeKeyPolicy(ctx.service, input)),
});
