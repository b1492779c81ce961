import type { World } from "@test/support/world";
import { activateLicense, suspendLicense } from "@/server/services/licenses";
import { keyPrincipal, newLicense } from "../services/licenses/support";

/** What a call of one route takes to succeed, beyond a key that may. */
interface Sample {
  params?: Record<string, string>;
  query?: string;
  body?: unknown;
}

/** One line per route of licences, by its id, in staging; made afresh for each call. For SAMPLES of samples.ts. */
export const LICENSE_SAMPLES: Record<string, (world: World) => Sample | Promise<Sample>> = {
  "licenses.validate": async (world) => ({ body: { key: (await newLicense(world)).key } }),
  "licenses.activate": async (world) => ({
    body: { key: (await newLicense(world)).key, identifier: "device" },
  }),
  "licenses.deactivate": async (world) => {
    const { key } = await newLicense(world);
    await activateLicense(world.context(keyPrincipal()), { key, identifier: "device" });
    return { body: { key, identifier: "device" } };
  },
  "licenses.list": () => ({ query: "?limit=1" }),
  "licenses.create": () => ({ body: { product: "Editor", activationLimit: 2, validityDays: 30 } }),
  "licenses.get": async (world) => ({ params: { id: (await newLicense(world)).id } }),
  "licenses.update": async (world) => ({
    params: { id: (await newLicense(world)).id },
    body: { features: ["export"] },
  }),
  "licenses.delete": async (world) => ({ params: { id: (await newLicense(world)).id } }),
  "licenses.suspend": async (world) => ({
    params: { id: (await newLicense(world)).id },
    body: { reason: "unpaid" },
  }),
  "licenses.reinstate": async (world) => {
    const { id } = await newLicense(world);
    await suspendLicense(world.context(), { id, reason: "" });
    return { params: { id }, body: {} };
  },
  "licenses.revoke": async (world) => ({ params: { id: (await newLicense(world)).id }, body: {} }),
  "licenses.activations": async (world) => ({ params: { id: (await newLicense(world)).id } }),
};
