import type { Environment } from "@/contracts/environments";
import { createCustomer, listCustomers } from "@/server/services/customers";
import { startJob } from "@/server/services/jobs";
import { work } from "./jobs";
import type { DemoPart, Plan, Step } from "./run";
import { type Person, people } from "./words";

const IMPORTED = 48;
const SIGNED_UP: Record<Environment, number> = { production: 110, staging: 24, development: 12 };
const SOURCES = ["website", "newsletter", "fair", "recommendation"] as const;

/** The customers: those of the former platform in one import, since then whoever signs up. */
export const customers: DemoPart = (plan) => {
  const crowd = people(plan.random, IMPORTED + 150, plan.tag);
  const signUps = (environment: Environment, from: number) =>
    crowd.slice(from, from + SIGNED_UP[environment]).map((person) => signUp(plan, environment, person));
  return [
    importOf(plan, crowd.slice(0, IMPORTED)),
    ...signUps("production", IMPORTED),
    // The same people may well stand in two environments: they are two customers.
    ...signUps("staging", 0),
    ...signUps("development", 30),
  ];
};

function importOf({ at }: Plan, crowd: readonly Person[]): Step {
  // As such lists are: one line twice, one that is no address.
  const rows = [...crowd, crowd[7], { name: "Unknown", email: "see remark" }];
  return {
    at: at(108, 10, 5),
    async play(run) {
      const { as, admin, records } = run;
      const job = { type: "customers.import", input: { rows }, environment: "production" } as const;
      const { id } = await startJob(as(admin("admin")), job);
      await work(run, id);
      const { data } = await listCustomers(as(admin("admin")), { environment: "production", limit: 100 });
      records.customers.production.push(...data.map((customer) => customer.id));
    },
  };
}

function signUp({ random, someTime }: Plan, environment: Environment, { name, email }: Person): Step {
  const metadata: Record<string, string> = random.chance(0.7) ? { source: random.pick(SOURCES) } : {};
  const byHand = random.chance(0.15);
  return {
    at: someTime(92, 0),
    async play({ as, admin, key, records }) {
      const ours = { production: "Main website", staging: "Website, staging", development: "Laptops" };
      const actor = byHand ? admin("operator") : key(ours[environment]);
      const customer = await createCustomer(as(actor), { environment, name, email, metadata });
      records.customers[environment].push(customer.id);
    },
  };
}
