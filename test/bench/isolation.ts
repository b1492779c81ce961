import { ENVIRONMENTS } from "@/contracts/environments";
import { newId } from "@/server/core/ids";
import type { ServiceContext } from "@/server/services/context";
import { createCustomer, listCustomers } from "@/server/services/customers";
import type { Result } from "./result";
import { inTurns, onRuntime, perSecond } from "./runtime";

const CUSTOMERS = 300;
const QUERIES = 4_000;
const PARALLEL = 8;
const ROUNDS = 3;

async function makeCustomers(ctx: ServiceContext): Promise<void> {
  for (const environment of ENVIRONMENTS) {
    for (let number = 0; number < CUSTOMERS; number++) {
      const email = `customer${number}@acme.example`;
      await createCustomer(ctx, { environment, email, name: `Customer ${number}` });
    }
  }
}

/** Lists per second as the given principal. */
function listsPerSecond(ctx: ServiceContext): Promise<number> {
  const worker = async () => {
    for (let query = 0; query < QUERIES / PARALLEL; query++) {
      await listCustomers(ctx, { environment: "production", limit: 20 });
    }
  };
  return perSecond(QUERIES, () => Promise.all(Array.from({ length: PARALLEL }, worker)));
}

/** What row-level security costs a list of customers: the same query as a key, and as the owner with the filter written out. */
export function isolationBenchmarks(databaseUrl: string): Promise<Result[]> {
  return onRuntime(databaseUrl, async ({ context }) => {
    const owner = context();
    await makeCustomers(owner);
    const key = context({
      kind: "key",
      id: newId("key"),
      name: "bench",
      environment: "production",
      permissions: ["customers:read"],
      customers: null,
    });
    const { ours, reference } = await inTurns(
      ROUNDS,
      () => listsPerSecond(key),
      () => listsPerSecond(owner),
    );
    return [
      {
        what: "list of customers under row-level security",
        figure: ours / reference,
        bar: 0.9,
        aim: 0.97,
        detail: `${Math.round(ours)}/s against ${Math.round(reference)}/s`,
      },
    ];
  });
}
