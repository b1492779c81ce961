import type { Fixture } from "@test/support/fixture";
import { expect } from "vitest";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { type CreateLicenseInput, createLicenseSchema, type LicenseView } from "@/contracts/licenses";
import { PERMISSIONS } from "@/contracts/permissions";
import { newId } from "@/server/core/ids";
import type { KeyPrincipal } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { createLicense } from "@/server/services/licenses";

/** A key that may do everything, in staging, unless told otherwise. Has no row: verbs look at the principal alone. */
export function keyPrincipal(deviations: Partial<KeyPrincipal> = {}): KeyPrincipal {
  return {
    kind: "key",
    id: newId("key"),
    name: "Test key",
    environment: "staging",
    permissions: PERMISSIONS,
    customers: null,
    ...deviations,
  };
}

/** A licence made by the command line: of a customer of its own, in staging, without a limit, unless told otherwise. */
export async function newLicense(
  fixture: Fixture,
  input: Partial<CreateLicenseInput> & { environment?: Environment } = {},
): Promise<LicenseView> {
  const { environment = "staging", ...rest } = input;
  const customerId = "customerId" in rest ? rest.customerId : (await fixture.customer({ environment })).id;
  const plain = { product: "Editor", ...(customerId ? { customerId } : {}) };
  const fields = parse(createLicenseSchema, { ...plain, ...rest, customerId });
  return createLicense(fixture.context(), { ...fields, environment });
}

/** A refusal with this code, and with these wrong fields where given. */
export function refused(code: string, ...paths: string[]) {
  const errors = paths.map((path) => expect.objectContaining({ path }));
  return expect.objectContaining({ code, ...(paths.length > 0 ? { extensions: { errors } } : {}) });
}

/** An id of the right shape that no record has. */
export const NOBODY = "cus_00000000000000000000000000" as Id<"cus">;
