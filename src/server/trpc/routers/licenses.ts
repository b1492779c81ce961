import {
  endActivationSchema,
  listActivationsSchema,
  listCustomerActivationsSchema,
} from "@/contracts/schemas/activations";
import { environmentFilterSchema } from "@/contracts/schemas/environments";
import {
  changeLicenseSchema,
  createLicenseInEnvironmentSchema,
  licenseIdSchema,
  listLicensesSchema,
  stepLicenseSchema,
} from "@/contracts/schemas/licenses";
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

export const licensesRouter = router({
  list: adminProcedure.input(listLicensesSchema).query(({ ctx, input }) => listLicenses(ctx.service, input)),
  get: adminProcedure.input(licenseIdSchema).query(({ ctx, input }) => getLicense(ctx.service, input)),
  activations: adminProcedure
    .input(listActivationsSchema)
    .query(({ ctx, input }) => listActivations(ctx.service, input)),
  customerActivations: adminProcedure
    .input(listCustomerActivationsSchema)
    .query(({ ctx, input }) => listCustomerActivations(ctx.service, input)),
  products: adminProcedure
    .input(environmentFilterSchema)
    .query(({ ctx, input }) => listProducts(ctx.service, input)),
  create: adminProcedure
    .input(createLicenseInEnvironmentSchema)
    .mutation(({ ctx, input }) => createLicense(ctx.service, input)),
  update: adminProcedure
    .input(changeLicenseSchema.omit({ metadataPatch: true }))
    .mutation(({ ctx, input }) => updateLicense(ctx.service, input)),
  suspend: adminProcedure
    .input(stepLicenseSchema)
    .mutation(({ ctx, input }) => suspendLicense(ctx.service, input)),
  reinstate: adminProcedure
    .input(stepLicenseSchema)
    .mutation(({ ctx, input }) => reinstateLicense(ctx.service, input)),
  revoke: adminProcedure
    .input(stepLicenseSchema)
    .mutation(({ ctx, input }) => revokeLicense(ctx.service, input)),
  endActivation: adminProcedure
    .input(endActivationSchema)
    .mutation(({ ctx, input }) => endActivation(ctx.service, input)),
  delete: adminProcedure
    .input(licenseIdSchema)
    .mutation(({ ctx, input }) => deleteLicense(ctx.service, input)),
});
