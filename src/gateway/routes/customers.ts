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
import { defineRoute } from "./route";
import { deletedSchema, pageSchema, withoutEnvironment } from "./schemas";

export const customerRoutes = [
  defineRoute(
    {
      id: "customers.list",
      method: "get",
      path: "/customers",
      summary: "List customers, newest first",
      permission: "customers:read",
      input: { query: listCustomersQuerySchema },
      responses: { 200: { description: "A page of customers", schema: pageSchema(customerSchema) } },
      problems: ["validation_failed"],
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
      permission: "customers:write",
      input: { body: createCustomerSchema },
      responses: {
        201: {
          description: "The new customer",
          schema: customerSchema,
          headers: { Location: "Path of the new customer" },
        },
      },
      problems: ["validation_failed", "conflict", "customer_out_of_scope"],
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
      summary: "Delete a customer; its licences stay, without an owner",
      permission: "customers:write",
      input: { params: customerIdSchema },
      responses: { 200: { description: "It is deleted", schema: deletedSchema(customerSchema.shape.id) } },
      problems: ["not_found"],
    },
    async ({ ctx, params }) => ({ status: 200, body: await deleteCustomer(ctx, params) }),
  ),
];
