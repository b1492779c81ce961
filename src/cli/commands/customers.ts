import type { CustomerView } from "@/contracts/customers";
import { ENVIRONMENTS } from "@/contracts/environments";
import { listCustomersStepSchema } from "@/contracts/schemas/customers";
import { parse } from "@/server/core/validation";
import type { Command } from "../command";
import { PAGE_OPTIONS, pagesOf } from "./lists";

const line = ({ id, environment, email, name }: CustomerView) =>
  [id, environment, email, (name ?? "").replace(/\s+/g, " ")].join("  ").trimEnd();

export const customerCommands: readonly Command[] = [
  {
    noun: "customer",
    verb: "list",
    summary: "list customers, newest first",
    example: "customer list --environment production --search acme --limit 50",
    words: [],
    options: {
      environment: { about: "only those of", value: "name", choices: ENVIRONMENTS },
      search: { about: "within e-mail address or name", value: "text" },
      email: { about: "the one with this address", value: "address" },
      ...PAGE_OPTIONS,
    },
    prepare(given) {
      const { limit: _, cursor: __, ...filter } = given.options;
      const pages = pagesOf(given);
      const input = parse(listCustomersStepSchema, { ...filter, limit: 1 });
      return async (ctx) => {
        const { listCustomers } = await import("@/server/services/customers");
        return pages((step) => listCustomers(ctx, { ...input, ...step }), { line, none: "No customers." });
      };
    },
  },
];
