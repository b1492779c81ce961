import { keyWithRow, start, work } from "@test/server/jobs/support";
import { newLicense } from "@test/server/services/support";
import { type Fixture, newEmail } from "@test/support/fixture";
import { revokeKey } from "@/server/services/keys";
import { activateLicense, suspendLicense } from "@/server/services/licenses";
import { CUSTOMERS, EVERYBODY, type Procedures, WORK } from "./procedure";

/** Procedures of what the platform keeps: customers, licences, jobs, telemetry. */
export function recordProcedures(fixture: Fixture): Procedures {
  const customerId = async () => ({ id: (await fixture.customer()).id });
  const licenseId = async () => ({ id: (await newLicense(fixture)).id });
  const activationId = async () => {
    const { id, key, environment } = await newLicense(fixture);
    const { activation } = await activateLicense(fixture.context(), {
      key,
      environment,
      identifier: "device",
    });
    return { id, activationId: activation.id };
  };
  const DAY = { from: "2023-11-22T00:00:00Z", to: "2023-11-23T00:00:00Z" };

  /** A job in a state, in which nobody works on it. */
  const jobIn = (status: string) => async () => {
    const key = await keyWithRow(fixture);
    // Its result holds no licence keys, which a viewer may not have.
    const { id } = await start(fixture, key, {
      type: "telemetry.export",
      input: DAY,
    });
    if (status === "succeeded") await work(fixture, id);
    if (status === "failed") {
      await revokeKey(fixture.context(), { id: key.id, reason: "" });
      await work(fixture, id);
    }
    return { id };
  };
  return {
    "customers.list": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "customers.get": { type: "query", for: EVERYBODY, environment: "staging", input: customerId },
    "customers.export": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: "staging",
      input: customerId,
    },
    "customers.create": {
      type: "mutation",
      confirms: "never",
      for: CUSTOMERS,
      environment: "production",
      input: () => ({ email: newEmail(), environment: "production" }),
    },
    "customers.update": {
      type: "mutation",
      confirms: "never",
      for: CUSTOMERS,
      environment: "staging",
      input: async () => ({ ...(await customerId()), name: "N" }),
    },
    "customers.delete": {
      type: "mutation",
      confirms: "always",
      for: CUSTOMERS,
      environment: "staging",
      input: customerId,
    },
    "licenses.list": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "licenses.get": { type: "query", for: EVERYBODY, environment: "staging", input: licenseId },
    "licenses.activations": { type: "query", for: EVERYBODY, environment: "staging", input: licenseId },
    "licenses.customerActivations": {
      type: "query",
      for: EVERYBODY,
      environment: null,
      input: async () => ({ customerId: (await customerId()).id }),
    },
    "licenses.products": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "licenses.endActivation": {
      type: "mutation",
      confirms: "never",
      for: WORK,
      environment: "staging",
      input: activationId,
    },
    "licenses.create": {
      type: "mutation",
      confirms: "never",
      for: WORK,
      environment: "production",
      input: () => ({ product: "P", environment: "production" }),
    },
    "licenses.update": {
      type: "mutation",
      confirms: "never",
      for: WORK,
      environment: "staging",
      input: async () => ({ ...(await licenseId()), features: ["export"] }),
    },
    "licenses.suspend": {
      type: "mutation",
      confirms: "never",
      for: WORK,
      environment: "staging",
      input: licenseId,
    },
    "licenses.reinstate": {
      type: "mutation",
      confirms: "never",
      for: WORK,
      environment: "staging",
      async input() {
        const { id } = await licenseId();
        await suspendLicense(fixture.context(), { id, reason: "" });
        return { id };
      },
    },
    "licenses.revoke": {
      type: "mutation",
      confirms: "never",
      for: WORK,
      environment: "staging",
      input: licenseId,
    },
    "licenses.delete": {
      type: "mutation",
      confirms: "always",
      for: WORK,
      environment: "staging",
      input: licenseId,
    },
    "jobs.list": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "jobs.get": { type: "query", for: EVERYBODY, environment: "staging", input: jobIn("queued") },
    "jobs.stats": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "jobs.start": {
      type: "mutation",
      confirms: "never",
      for: WORK,
      environment: "production",
      input: () => ({
        environment: "production",
        type: "licenses.generate",
        input: { product: "P", count: 1 },
      }),
    },
    "jobs.cancel": {
      type: "mutation",
      confirms: "never",
      for: WORK,
      environment: "staging",
      input: jobIn("queued"),
    },
    "jobs.retry": {
      type: "mutation",
      confirms: "never",
      for: WORK,
      environment: "staging",
      input: jobIn("failed"),
    },
    "jobs.delete": {
      type: "mutation",
      confirms: "always",
      for: WORK,
      environment: "staging",
      input: jobIn("succeeded"),
    },
    "telemetry.list": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "telemetry.byDay": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "telemetry.names": { type: "query", for: EVERYBODY, environment: null, input: () => ({ of: "type" }) },
  };
}
