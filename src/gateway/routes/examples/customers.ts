import { type Examples, NOT_FOUND, wrongField } from "./example";
import { CUSTOMER } from "./records";

const params = { id: CUSTOMER.id };
const unknown = { id: "cus_01jdczzzzzfz6t9w3x5y7a1b2c" };

export const CUSTOMER_EXAMPLES = {
  list: [
    {
      name: "byEmail",
      summary: "The customer with an e-mail address",
      query: { email: CUSTOMER.email },
      answer: { status: 200, body: { data: [CUSTOMER], nextCursor: null } },
    },
    {
      name: "wrongLimit",
      summary: "More than a page can hold",
      query: { limit: "1000" },
      answer: wrongField("limit", "Must be a whole number from 1 to 100", "invalid_type"),
    },
  ],
  create: [
    {
      name: "customer",
      summary: "A customer with data of your own",
      body: { email: "alan@example.com", name: "Alan Turing", metadata: { crm: "C-2042" } },
      answer: {
        status: 201,
        body: { ...CUSTOMER, email: "alan@example.com", name: "Alan Turing", metadata: { crm: "C-2042" } },
      },
    },
    {
      name: "taken",
      summary: "The address is taken",
      body: { email: "Ada@example.com" },
      answer: { problem: "conflict", detail: "There is a customer with this e-mail address already." },
    },
    {
      name: "unknownField",
      summary: "A field that there is not",
      body: { email: "alan@example.com", nmae: "Alan Turing" },
      answer: wrongField("nmae", "Unknown field", "unknown_field"),
    },
  ],
  get: [
    { name: "customer", summary: "A customer", params, answer: { status: 200, body: CUSTOMER } },
    { name: "unknown", summary: "No such customer", params: unknown, answer: NOT_FOUND },
  ],
  update: [
    {
      name: "merge",
      summary: "Changes the name, adds to the metadata, and takes a member out of it",
      params,
      body: { name: "Ada King", metadata: { crm: null, tier: "gold" } },
      answer: { status: 200, body: { ...CUSTOMER, name: "Ada King", metadata: { tier: "gold" } } },
    },
    {
      name: "nothing",
      summary: "Nothing to change",
      params,
      body: {},
      answer: {
        problem: "validation_failed",
        detail: "Name at least one field to change",
        extensions: { errors: [{ path: "", message: "Name at least one field to change", code: "custom" }] },
      },
    },
  ],
  delete: [
    {
      name: "deleted",
      summary: "Deletes a customer",
      params,
      answer: { status: 200, body: { id: CUSTOMER.id, deleted: true } },
    },
  ],
} satisfies Record<string, Examples>;
