import type { Fixture } from "@test/support/fixture";
import { activateLicense, suspendLicense } from "@/server/services/licenses";
import { keyPrincipal, newLicense } from "../server/services/licenses/support";

/** What a call of one route takes to succeed, beyond a key that may. */
interface Sample {
  params?: Record<string, string>;
  query?: string;
  body?: unknown;
}

/** One line per route of licences, by its id, in staging; made afresh for each call. For SAMPLES of samples.ts. */
export const LICENSE_SAMPLES: Record<string, (fixture: Fixture) => Sample | Promise<Sample>> = {
  "licenses.validate": async (fixture) => ({ body: { key: (await newLicense(fixture)).key } }),
  "licenses.activate": async (fixture) => ({
    body: { key: (await newLicense(fixture)).key, identifier: "device" },
  }),
  "licenses.deactivate": async (fixture) => {
    const { key } = await newLicense(fixture);
    await activateLicense(fixture.context(keyPrincipal()), { key, identifier: "device" });
    return { body: { key, identifier: "device" } };
  },
  "licenses.list": () => ({ query: "?limit=1" }),
  "licenses.create": () => ({ body: { product: "Editor", activationLimit: 2, validityDays: 30 } }),
  "licenses.get": async (fixture) => ({ params: { id: (await newLicense(fixture)).id } }),
  "licenses.update": async (fixture) => ({
    params: { id: (await newLicense(fixture)).id },
    body: { features: ["export"] },
  }),
  "licenses.delete": async (fixture) => ({ params: { id: (await newLicense(fixture)).id } }),
  "licenses.suspend": async (fixture) => ({
    params: { id: (await newLicense(fixture)).id },
    body: { reason: "unpaid" },
  }),
  "licenses.reinstate": async (fixture) => {
    const { id } = await newLicense(fixture);
    await suspendLicense(fixture.context(), { id, reason: "" });
    return { params: { id }, body: {} };
  },
  "licenses.revoke": async (fixture) => ({ params: { id: (await newLicense(fixture)).id }, body: {} }),
  "licenses.activations": async (fixture) => ({ params: { id: (await newLicense(fixture)).id } }),
};
