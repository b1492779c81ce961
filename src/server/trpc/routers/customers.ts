import {
  changeCustomerSchema,
  createCustomerInEnvironmentSchema,
  customerIdSchema,
  listCustomersSchema,
} from "@/contracts/schemas/customers";
import { exportCustomer } from "@/server/services/customer-export";
import {
  createCustomer,
  deleteCustomer,
  getCustomer,
  listCustomers,
  updateCustomer,
} from "@/server/services/customers";
import { adminProcedure, router } from "../trpc";

export const customersRouter = router({
  list: adminProcedure
    .input(listCustomersSchema)
    .query(({ ctx, input }) => listCustomers(ctx.service, input)),
  get: adminProcedure.input(customerIdSchema).query(({ ctx, input }) => getCustomer(ctx.service, input)),
  create: adminProcedure
    .input(createCustomerInEnvironmentSchema)
    .mutation(({ ctx, input }) => createCustomer(ctx.service, input)),
  update: adminProcedure
    .input(changeCustomerSchema.omit({ metadataPatch: true }))
    .mutation(({ ctx, input }) => updateCustomer(ctx.service, input)),
  // A mutation, though it changes no customer: it leaves a row in the audit, which a link on another page must not do.
  export: adminProcedure
    .input(customerIdSchema)
    .mutation(({ ctx, input }) => exportCustomer(ctx.service, input)),
  delete: adminProcedure
    .input(customerIdSchema)
    .mutation(({ ctx, input }) => deleteCustomer(ctx.service, input)),
});
