import { z } from "zod";
import {
  createCustomerSchema,
  customerIdSchema,
  editCustomerSchema,
  listCustomersSchema,
} from "@/contracts/customers";
import { environmentSchema } from "@/contracts/environments";
import { exportCustomer } from "@/server/services/customer-export";
import {
  createCustomer,
  deleteCustomer,
  getCustomer,
  listCustomers,
  updateCustomer,
} from "@/server/services/customers";
import { adminProcedure, router } from "../trpc";

// The console's rows are of all environments, so its changes name what the public API has in the path.
const createInput = z.strictObject({ environment: environmentSchema, ...createCustomerSchema.shape });
const updateInput = z.strictObject({ ...customerIdSchema.shape, ...editCustomerSchema.shape });

export const customersRouter = router({
  list: adminProcedure
    .input(listCustomersSchema)
    .query(({ ctx, input: { pageSize, ...input } }) =>
      listCustomers(ctx.service, { ...input, limit: pageSize }),
    ),
  get: adminProcedure.input(customerIdSchema).query(({ ctx, input }) => getCustomer(ctx.service, input)),
  create: adminProcedure.input(createInput).mutation(({ ctx, input }) => createCustomer(ctx.service, input)),
  update: adminProcedure.input(updateInput).mutation(({ ctx, input }) => updateCustomer(ctx.service, input)),
  // A mutation, though it changes no customer: it leaves a row in the audit, which a link on another page must not do.
  export: adminProcedure
    .input(customerIdSchema)
    .mutation(({ ctx, input }) => exportCustomer(ctx.service, input)),
  delete: adminProcedure
    .input(customerIdSchema)
    .mutation(({ ctx, input }) => deleteCustomer(ctx.service, input)),
});
