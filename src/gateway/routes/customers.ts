import {
  createCustomerSchema,
  customerIdSchema,
  customerSchema,
  listCustomersQuerySchema,
  updateCustomerSchema,
} from "@/contracts/schemas/customers";
import {
  createCustomer,
  deleteCustomer,
  getCustomer,
  listCustomers,
  updateCustomer,
} from "@/server/services/customers";
import { CUSTOMER_EXAMPLES } from "./examples/customers";
import { defineRoute } from "./route";
import { customerPageSchema, deletedCustomerSchema, withoutEnvironment } from "./schemas";

export const customerRoutes = [
  defineRoute(
    {
      id: "customers.list",
      method: "get",
      path: "/customers",
      summary: "List customers",
      description: "Newest first.",
      permission: "customers:read",
      input: { query: listCustomersQuerySchema },
      responses: { 200: { description: "A page of customers", schema: customerPageSchema } },
      problems: ["validation_failed"],
      examples: CUSTOMER_EXAMPLES.list,
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listCustomers(ctx, query);
      return { status: 200, body: { data: data.map(withoutEnvironment), nextCursor } };
    },
  ),
  defineRoute(
    {
      id: "customers.create",
      method: "post",
      path: "/customers",
      summary: "Create a customer",
      description: "A key that is restricted to certain customers cannot (403 `customer_out_of_scope`).",
      permission: "customers:write",
      input: { body: createCustomerSchema },
      responses: {
        201: {
          description: "The new customer",
          schema: customerSchema,
          headers: ["Location"],
        },
      },
      problems: ["validation_failed", "conflict", "customer_out_of_scope"],
      examples: CUSTOMER_EXAMPLES.create,
    },
    async ({ ctx, body, link }) => {
      const customer = withoutEnvironment(await createCustomer(ctx, body));
      return { status: 201, body: customer, headers: { Location: link(`/customers/${customer.id}`) } };
    },
  ),
  defineRoute(
    {
      id: "customers.get",
      method: "get",
      path: "/customers/{id}",
      summary: "Get a customer",
      permission: "customers:read",
      input: { params: customerIdSchema },
      responses: { 200: { description: "The customer", schema: customerSchema } },
      problems: ["not_found"],
      examples: CUSTOMER_EXAMPLES.get,
    },
    async ({ ctx, params }) => ({ status: 200, body: withoutEnvironment(await getCustomer(ctx, params)) }),
  ),
  defineRoute(
    {
      id: "customers.update",
      method: "patch",
      path: "/customers/{id}",
      summary: "Change a customer's name or metadata",
      permission: "customers:write",
      input: { params: customerIdSchema, body: updateCustomerSchema },
      responses: { 200: { description: "The changed customer", schema: customerSchema } },
      problems: ["not_found", "validation_failed"],
      examples: CUSTOMER_EXAMPLES.update,
    },
    async ({ ctx, params, body: { metadata: metadataPatch, ...changes } }) => ({
      status: 200,
      body: withoutEnvironment(await updateCustomer(ctx, { ...params, ...changes, metadataPatch })),
    }),
  ),
  defineRoute(
    {
      id: "customers.delete",
      method: "delete",
      path: "/customers/{id}",
      summary: "Delete a customer",
      description: "Its licences stay, without an owner.",
      permission: "customers:write",
      input: { params: customerIdSchema },
      responses: { 200: { description: "It is deleted", schema: deletedCustomerSchema } },
      problems: ["not_found"],
      examples: CUSTOMER_EXAMPLES.delete,
    },
    async ({ ctx, params }) => ({ status: 200, body: await deleteCustomer(ctx, params) }),
  ),
];
