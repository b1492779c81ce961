import type { LicenseView } from "@/contracts/licenses";
import { listActivationsQuerySchema } from "@/contracts/schemas/activations";
import {
  createLicenseSchema,
  type License,
  licenseIdSchema,
  licenseSchema,
  licenseStepSchema,
  listLicensesQuerySchema,
  updateLicenseSchema,
} from "@/contracts/schemas/licenses";
import {
  createLicense,
  deleteLicense,
  getLicense,
  listActivations,
  listLicenses,
  reinstateLicense,
  revokeLicense,
  suspendLicense,
  updateLicense,
} from "@/server/services/licenses";
import { LICENSE_EXAMPLES } from "./examples/licenses";
import { defineRoute } from "./route";
import { activationPageSchema, deletedLicenseSchema, licensePageSchema } from "./schemas";

/** A licence as the contract has it; what else the console shows (environment, customer's e-mail, reasons) stays there. */
function publicLicense(view: LicenseView): License {
  // JSON leaves out what is undefined (see withoutEnvironment).
  const inner = {
    environment: undefined,
    customer: undefined,
    suspendedAt: undefined,
    suspendedReason: undefined,
    revokedAt: undefined,
    revokedReason: undefined,
  };
  return { ...view, ...inner };
}

const changed = { 200: { description: "The changed licence", schema: licenseSchema } };

/** A step in the life of a licence, with a reason that may be left out. */
function stepRoute(name: "suspend" | "reinstate" | "revoke", summary: string, take: typeof suspendLicense) {
  return defineRoute(
    {
      id: `licenses.${name}`,
      method: "post",
      path: `/licenses/{id}/${name}`,
      summary,
      permission: "licenses:manage",
      input: { params: licenseIdSchema, body: licenseStepSchema },
      bodyOptional: true,
      responses: changed,
      problems: ["not_found", "validation_failed", "invalid_state"],
      examples: LICENSE_EXAMPLES[name],
    },
    async ({ ctx, params, body }) => ({
      status: 200,
      body: publicLicense(await take(ctx, { ...params, ...body })),
    }),
  );
}

export const licenseRoutes = [
  defineRoute(
    {
      id: "licenses.list",
      method: "get",
      path: "/licenses",
      summary: "List licences",
      description: "Newest first.",
      permission: "licenses:read",
      input: { query: listLicensesQuerySchema },
      responses: { 200: { description: "A page of licences", schema: licensePageSchema } },
      problems: ["validation_failed"],
      examples: LICENSE_EXAMPLES.list,
    },
    async ({ ctx, query: { status, ...query } }) => {
      const { data, nextCursor } = await listLicenses(ctx, { ...query, statuses: status ? [status] : [] });
      return { status: 200, body: { data: data.map(publicLicense), nextCursor } };
    },
  ),
  defineRoute(
    {
      id: "licenses.create",
      method: "post",
      path: "/licenses",
      summary: "Create a licence, or import one with its key",
      description:
        "A new e-mail address makes a new customer. A key that is restricted to certain customers creates licences for these alone, and cannot import any (403 `customer_out_of_scope`).",
      permission: "licenses:manage",
      input: { body: createLicenseSchema },
      responses: {
        201: {
          description: "The new licence",
          schema: licenseSchema,
          headers: ["Location"],
        },
      },
      problems: ["validation_failed", "conflict", "customer_out_of_scope"],
      examples: LICENSE_EXAMPLES.create,
    },
    async ({ ctx, body, link }) => {
      const license = publicLicense(await createLicense(ctx, body));
      return { status: 201, body: license, headers: { Location: link(`/licenses/${license.id}`) } };
    },
  ),
  defineRoute(
    {
      id: "licenses.get",
      method: "get",
      path: "/licenses/{id}",
      summary: "Get a licence",
      permission: "licenses:read",
      input: { params: licenseIdSchema },
      responses: { 200: { description: "The licence", schema: licenseSchema } },
      problems: ["not_found"],
      examples: LICENSE_EXAMPLES.get,
    },
    async ({ ctx, params }) => ({ status: 200, body: publicLicense(await getLicense(ctx, params)) }),
  ),
  defineRoute(
    {
      id: "licenses.update",
      method: "patch",
      path: "/licenses/{id}",
      summary: "Change a licence",
      description: "A limit below what is active already is 409 `invalid_state`.",
      permission: "licenses:manage",
      input: { params: licenseIdSchema, body: updateLicenseSchema },
      responses: changed,
      problems: ["not_found", "validation_failed", "customer_out_of_scope", "invalid_state"],
      examples: LICENSE_EXAMPLES.update,
    },
    async ({ ctx, params, body: { metadata: metadataPatch, ...changes } }) => ({
      status: 200,
      body: publicLicense(await updateLicense(ctx, { ...params, ...changes, metadataPatch })),
    }),
  ),
  defineRoute(
    {
      id: "licenses.delete",
      method: "delete",
      path: "/licenses/{id}",
      summary: "Delete a licence and its activations",
      permission: "licenses:manage",
      input: { params: licenseIdSchema },
      responses: { 200: { description: "It is deleted", schema: deletedLicenseSchema } },
      problems: ["not_found"],
      examples: LICENSE_EXAMPLES.delete,
    },
    async ({ ctx, params }) => ({ status: 200, body: await deleteLicense(ctx, params) }),
  ),
  stepRoute("suspend", "Take a licence out of use until it is reinstated", suspendLicense),
  stepRoute("reinstate", "End the suspension of a licence", reinstateLicense),
  stepRoute("revoke", "End a licence for good", revokeLicense),
  defineRoute(
    {
      id: "licenses.activations",
      method: "get",
      path: "/licenses/{id}/activations",
      summary: "List where a licence is active",
      description: "Newest first; with `status` also where it was.",
      permission: "licenses:read",
      input: { params: licenseIdSchema, query: listActivationsQuerySchema },
      responses: { 200: { description: "A page of activations", schema: activationPageSchema } },
      problems: ["not_found", "validation_failed"],
      examples: LICENSE_EXAMPLES.activations,
    },
    async ({ ctx, params, query }) => {
      const { data, nextCursor } = await listActivations(ctx, { ...params, ...query });
      return { status: 200, body: { data, nextCursor } };
    },
  ),
];
