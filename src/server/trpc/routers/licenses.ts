import { z } from "zod";
import {
  endActivationSchema,
  listActivationsSchema,
  listCustomerActivationsSchema,
} from "@/contracts/activations";
import { environmentSchema } from "@/contracts/environments";
import {
  editLicenseSchema,
  licenseIdSchema,
  licenseStepSchema,
  listLicensesSchema,
  newLicenseShape,
  refuseContradictions,
} from "@/contracts/licenses";
import {
  createLicense,
  deleteLicense,
  endActivation,
  getLicense,
  listActivations,
  listCustomerActivations,
  listLicenses,
  listProducts,
  reinstateLicense,
  revokeLicense,
  suspendLicense,
  updateLicense,
} from "@/server/services/licenses";
import { adminProcedure, router } from "../trpc";

// The console's rows are of all environments, so its changes name what the public API has in the path.
const createInput = z
  .strictObject({ environment: environmentSchema, ...newLicenseShape })
  .superRefine(refuseContradictions);
const updateInput = z.strictObject({ ...licenseIdSchema.shape, ...editLicenseSchema.shape });
const productsInput = z.strictObject({ environment: environmentSchema.nullable().default(null) });
const stepInput = z.strictObject({ ...licenseIdSchema.shape, ...licenseStepSchema.shape });

export const licensesRouter = router({
  list: adminProcedure
    .input(listLicensesSchema)
    .query(({ ctx, input: { pageSize, ...input } }) =>
      listLicenses(ctx.service, { ...input, limit: pageSize }),
    ),
  get: adminProcedure.input(licenseIdSchema).query(({ ctx, input }) => getLicense(ctx.service, input)),
  activations: adminProcedure
    .input(listActivationsSchema)
    .query(({ ctx, input: { pageSize, ...input } }) =>
      listActivations(ctx.service, { ...input, limit: pageSize }),
    ),
  customerActivations: adminProcedure
    .input(listCustomerActivationsSchema)
    .query(({ ctx, input: { pageSize, ...input } }) =>
      listCustomerActivations(ctx.service, { ...input, limit: pageSize }),
    ),
  products: adminProcedure.input(productsInput).query(({ ctx, input }) => listProducts(ctx.service, input)),
  create: adminProcedure.input(createInput).mutation(({ ctx, input }) => createLicense(ctx.service, input)),
  update: adminProcedure.input(updateInput).mutation(({ ctx, input }) => updateLicense(ctx.service, input)),
  suspend: adminProcedure.input(stepInput).mutation(({ ctx, input }) => suspendLicense(ctx.service, input)),
  reinstate: adminProcedure
    .input(stepInput)
    .mutation(({ ctx, input }) => reinstateLicense(ctx.service, input)),
  revoke: adminProcedure.input(stepInput).mutation(({ ctx, input }) => revokeLicense(ctx.service, input)),
  endActivation: adminProcedure
    .input(endActivationSchema)
    .mutation(({ ctx, input }) => endActivation(ctx.service, input)),
  delete: adminProcedure
    .input(licenseIdSchema)
    .mutation(({ ctx, input }) => deleteLicense(ctx.service, input)),
});
