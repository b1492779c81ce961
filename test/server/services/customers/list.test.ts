import { suiteFixture } from "@test/support/suite";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { CustomerView } from "@/contracts/customers";
import { ENVIRONMENTS } from "@/contracts/environments";
import { type ListCustomersInput, listCustomersSchema } from "@/contracts/schemas/customers";
import { encodeCursor } from "@/server/core/cursor";
import { parse } from "@/server/core/validation";
import { deleteCustomer, listCustomers } from "@/server/services/customers";
import { refusal } from "../support";

const fixture = suiteFixture();
let all: CustomerView[];

/** As the console does it. */
function list(input: ListCustomersInput = {}) {
  return listCustomers(fixture.context(), parse(listCustomersSchema, input));
}

const ids = (customers: readonly CustomerView[]) => customers.map((customer) => customer.id);

beforeAll(async () => {
  const names = ["Ada", "ada lovelace", "100%", "under_score", "back\\slash", undefined];
  for (let n = 0; n < 36; n++) {
    const environment = ENVIRONMENTS[n % ENVIRONMENTS.length] ?? "staging";
    const name = names[n % names.length];
    await fixture.customer({ environment, email: `person-${n}@acme.example`, ...(name ? { name } : {}) });
  }
  all = (await list({ limit: 100 })).data;
});

const filters: fc.Arbitrary<ListCustomersInput> = fc.record({
  environment: fc.option(fc.constantFrom(...ENVIRONMENTS), { nil: null }),
  search: fc.constantFrom("", "ADA", "%", "_", "\\", "person-1", "ACME.example", "nobody"),
  limit: fc.constantFrom(10, 20, 50),
});

test("The list of customers is what search and environment ask for, newest first, the same forwards and backwards", async () => {
  await fc.assert(
    fc.asyncProperty(filters, async (input) => {
      const { environment, search = "", limit = 20 } = input;
      const expected = all.filter((customer) => {
        const text = `${customer.email} ${customer.name ?? ""}`.toLowerCase();
        return (!environment || customer.environment === environment) && text.includes(search.toLowerCase());
      });

      let page = await list(input);
      const pages = [page];
      while (page.nextCursor) {
        page = await list({ ...input, cursor: page.nextCursor });
        pages.push(page);
      }
      expect(pages.flatMap((one) => ids(one.data))).toEqual(ids(expected));
      for (const one of pages.slice(0, -1)) expect(one.data).toHaveLength(limit);
      for (let place = pages.length - 2; place >= 0; place--) {
        page = await list({ ...input, cursor: page.previousCursor });
        expect(ids(page.data)).toEqual(ids(pages[place]?.data ?? []));
      }
      expect(page.previousCursor).toBeNull();
    }),
    { numRuns: 80 },
  );
  expect(ids(all)).toEqual(ids(all).sort().reverse());
});

test("Customers that are added while somebody reads make none appear twice and none go missing", async () => {
  const seen: string[] = [];
  const added: CustomerView[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof list>> = await list({ limit: 10, cursor });
    seen.push(...ids(page.data));
    cursor = page.nextCursor;
    added.push(await fixture.customer());
  } while (cursor);
  expect(seen).toEqual(ids(all));
  for (const { id } of added) await deleteCustomer(fixture.context(), { id });
});

test("A page may start where its first customer was deleted meanwhile", async () => {
  const extra = await fixture.customer();
  const marker = encodeCursor(["next", "", extra.id]);
  await deleteCustomer(fixture.context(), { id: extra.id });
  expect(ids((await list({ limit: 50, cursor: marker })).data)).toEqual(ids(all));
});

test("A cursor that is none of this list is a wrong field, never a fault", async () => {
  const foreign = [
    encodeCursor(["next", "", all[0]?.id.replace("cus", "key") ?? ""]),
    encodeCursor([1]),
    "x",
  ];
  for (const cursor of foreign)
    await expect(list({ cursor })).rejects.toEqual(refusal("validation_failed", "cursor"));
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.string({ unit: "binary", maxLength: 40 }),
      async (value, id) => {
        await list({ cursor: encodeCursor(["next", value, `cus_${id}`]) }).catch((error: unknown) => {
          expect(error).toEqual(refusal("validation_failed", "cursor"));
        });
      },
    ),
  );
});
