import { activationChangeSchema } from "@/contracts/schemas/activations";
import {
  activateLicenseSchema,
  deactivateLicenseSchema,
  validateLicenseSchema,
  validationSchema,
} from "@/contracts/schemas/license-use";
import { activateLicense, deactivateLicense, validateLicense } from "@/server/services/licenses";
import { LICENSE_USE_EXAMPLES } from "./examples/license-use";
import { defineRoute } from "./route";

/** What an app shipped to end users does with a licence: it knows the licence key, not the id. */
export const licenseUseRoutes = [
  defineRoute(
    {
      id: "licenses.validate",
      method: "post",
      path: "/licenses/validate",
      summary: "Ask whether a licence may be used",
      description: "The answer is 200 also where it may not: its `code` is the first thing against it.",
      permission: "licenses:validate",
      input: { body: validateLicenseSchema },
      responses: { 200: { description: "The verdict, also a negative one", schema: validationSchema } },
      problems: ["validation_failed"],
      examples: LICENSE_USE_EXAMPLES.validate,
    },
    async ({ ctx, body }) => ({ status: 200, body: await validateLicense(ctx, body) }),
  ),
  defineRoute(
    {
      id: "licenses.activate",
      method: "post",
      path: "/licenses/activate",
      summary: "Activate a licence on a device",
      description:
        "An unknown licence key is 404 `not_found`, a licence that would not validate 409 `invalid_state`. Under any number of calls at the same time the limit holds exactly.",
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
      examples: LICENSE_USE_EXAMPLES.activate,
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
      summary: "Free the place of a device",
      description: "Where the licence is not active on it, 404 `not_found`.",
      permission: "licenses:validate",
      input: { body: deactivateLicenseSchema },
      responses: { 200: { description: "The ended activation", schema: activationChangeSchema } },
      problems: ["validation_failed", "not_found"],
      examples: LICENSE_USE_EXAMPLES.deactivate,
    },
    async ({ ctx, body }) => ({ status: 200, body: await deactivateLicense(ctx, body) }),
  ),
];
