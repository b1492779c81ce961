import { createCustomerSchema, customerSchema, updateCustomerSchema } from "@/contracts/schemas/customers";
import { customerPageSchema, deletedCustomerSchema } from "@/gateway/routes/schemas";
import { type Component, object } from "../component";
import { DELETED, NEXT_CURSOR } from "./lists";

const NAME = { description: "Name of a person or company; null: none.", examples: ["Ada Lovelace"] };

export const CUSTOMER_INPUTS: readonly Component[] = [
  object("CustomerCreate", createCustomerSchema, "A new customer.", {
    email: {
      description:
        "E-mail address, unique in the environment whatever the case of its letters; it cannot be changed later. At most 64 characters before the @.",
      format: "email",
      examples: ["ada@example.com"],
    },
    name: NAME,
    metadata: "Data of your own. Absent: none.",
  }),
  {
    ...object(
      "CustomerUpdate",
      updateCustomerSchema,
      "What is to change of a customer; what is absent stays. At least one member.",
      {
        name: NAME,
        metadata:
          "Merged into what is there (JSON Merge Patch, RFC 7396): null deletes a member, and null in place of the object deletes all. The whole is then bound as any metadata is.",
      },
    ),
    keywords: { minProperties: 1 },
  },
];

export const CUSTOMER_ANSWERS: readonly Component[] = [
  object("Customer", customerSchema, "Somebody to whom licences belong.", {
    id: "Id of the customer.",
    email: { description: "E-mail address.", format: "email", maxLength: 254, examples: ["ada@example.com"] },
    name: { ...NAME, maxLength: 200 },
    metadata: "Data of your own.",
    createdAt: "When it was created.",
    updatedAt: "When it was last changed.",
  }),
  object("CustomerPage", customerPageSchema, "A page of customers, newest first.", {
    data: { description: "The customers of this page.", maxItems: 100 },
    nextCursor: NEXT_CURSOR,
  }),
  object("DeletedCustomer", deletedCustomerSchema, "A customer is deleted.", {
    id: "Id that the customer had.",
    deleted: DELETED,
  }),
];
