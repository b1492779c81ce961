import { activationChangeSchema } from "@/contracts/schemas/activations";
import {
  activateLicenseSchema,
  deactivateLicenseSchema,
  validateLicenseSchema,
  validationSchema,
} from "@/contracts/schemas/license-use";
import { activateLicense, deactivateLicense, validateLicense } from "@/server/services/licenses";
import { defineRoute } from "./route";

/** What an app shipped to end users does with a licence: it knows the licence key, not the id. */
export const licenseUseRoutes = [
  defineRoute(
    {
      id: "licenses.validate",
      method: "post",
      path: "/licenses/validate",
      summary: "Ask whether a licence may be used; the first thing against it is the code",
      permission: "licenses:validate",
      input: { body: validateLicenseSchema },
      responses: { 200: { description: "The verdict, also a negative one", schema: validationSchema } },
      problems: ["validation_failed"],
    },
    async ({ ctx, body }) => ({ status: 200, body: await validateLicense(ctx, body) }),
  ),
  defineRoute(
    {
      id: "licenses.activate",
      method: "post",
      path: "/licenses/activate",
      summary:
        "Activate a licence on a device; not_found for an unknown key, invalid_state for one that would not validate",
      permission: "licenses:validate",
      input: { body: activateLicenseSchema },
      responses: {
        200: {
          description: "It was active there already; nothing is counted",
          schema: activationChangeSchema,
        },
        201: { description: "The new activation", schema: activationChangeSchema },
      },
      problems: ["validation_failed", "not_found", "invalid_state", "activation_limit_reached"],
    },
    async ({ ctx, body }) => {
      const { created, ...change } = await activateLicense(ctx, body);
      return { status: created ? 201 : 200, body: change };
    },
  ),
  defineRoute(
    {
      id: "licenses.deactivate",
      method: "post",
      path: "/licenses/deactivate",
      summary: "Free the place of a device; not_found where the licence is not active on it",
      permission: "licenses:validate",
      input: { body: deactivateLicenseSchema },
      responses: { 200: { description: "The ended activation", schema: activationChangeSchema } },
      problems: ["validation_failed", "not_found"],
    },
    async ({ ctx, body }) => ({ status: 200, body: await deactivateLicense(ctx, body) }),
  ),
];
