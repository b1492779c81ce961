import type { LicenseView } from "@/contracts/licenses";
import { activationSchema, listActivationsQuerySchema } from "@/contracts/schemas/activations";
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
import { defineRoute } from "./route";
import { deletedSchema, pageSchema } from "./schemas";

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
function stepRoute(name: string, summary: string, take: typeof suspendLicense) {
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
      summary: "List licences, newest first",
      permission: "licenses:read",
      input: { query: listLicensesQuerySchema },
      responses: { 200: { description: "A page of licences", schema: pageSchema(licenseSchema) } },
      problems: ["validation_failed"],
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
      summary:
        "Create a licence, or import one with its key, which a key restricted to certain customers cannot; a new e-mail makes a new customer",
      permission: "licenses:manage",
      input: { body: createLicenseSchema },
      responses: {
        201: {
          description: "The new licence",
          schema: licenseSchema,
          headers: { Location: "Path of the new licence" },
        },
      },
      problems: ["validation_failed", "conflict", "customer_out_of_scope"],
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
    },
    async ({ ctx, params }) => ({ status: 200, body: publicLicense(await getLicense(ctx, params)) }),
  ),
  defineRoute(
    {
      id: "licenses.update",
      method: "patch",
      path: "/licenses/{id}",
      summary: "Change a licence; a limit below what is active already is invalid_state",
      permission: "licenses:manage",
      input: { params: licenseIdSchema, body: updateLicenseSchema },
      responses: changed,
      problems: ["not_found", "validation_failed", "customer_out_of_scope", "invalid_state"],
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
      responses: { 200: { description: "It is deleted", schema: deletedSchema(licenseSchema.shape.id) } },
      problems: ["not_found"],
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
      summary: "List where a licence is active, newest first; with ?status=deactivated or all, where it was",
      permission: "licenses:read",
      input: { params: licenseIdSchema, query: listActivationsQuerySchema },
      responses: { 200: { description: "A page of activations", schema: pageSchema(activationSchema) } },
      problems: ["not_found", "validation_failed"],
    },
    async ({ ctx, params, query }) => {
      const { data, nextCursor } = await listActivations(ctx, { ...params, ...query });
      return { status: 200, body: { data, nextCursor } };
    },
  ),
];
