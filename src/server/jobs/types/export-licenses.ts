import type { LicenseView } from "@/contracts/licenses";
import { mayShow } from "@/server/core/authorize";
import type { Cell } from "@/server/core/csv";
import { listLicenses } from "@/server/services/licenses";
import { CHUNK_ROWS, type JobDefinition } from "./definition";

/**
 * Writes the licences that a filter finds to a file, newest first, with their keys. E-mail addresses are in it only where
 * the key could get the customers as well: GET /licenses shows none of them, and an export must not be the way around.
 */
export const exportLicensesJob: JobDefinition<"licenses.export"> = {
  columns: [
    "id",
    "key",
    "product",
    "status",
    "customerId",
    "customerEmail",
    "activationLimit",
    "activationCount",
    "expiresAt",
    "features",
    "metadata",
    "createdAt",
    "updatedAt",
    "statusReason",
    "statusChangedAt",
  ],
  async runChunk(ctx, { input: { filter }, environment, done, position }) {
    const { status, ...rest } = filter;
    const page = await listLicenses(ctx, {
      ...rest,
      environment,
      statuses: status === undefined ? [] : [status].flat(),
      limit: CHUNK_ROWS,
      cursor: position,
    });
    const withEmails = mayShow(ctx, "customers:read");
    return {
      done: done + page.data.length,
      position: page.nextCursor,
      rows: page.data.map((license) => cells(license, withEmails)),
      finished: page.nextCursor === null,
      shows: withEmails ? ["customers:read"] : [],
    };
  },
};

function cells(license: LicenseView, withEmail: boolean): Cell[] {
  return [
    license.id,
    license.key,
    license.product,
    license.status,
    license.customerId,
    withEmail ? (license.customer?.email ?? null) : null,
    license.activationLimit,
    license.activationCount,
    license.expiresAt,
    license.features.join("; "),
    JSON.stringify(license.metadata),
    license.createdAt,
    license.updatedAt,
    license.statusReason,
    license.statusChangedAt,
  ];
}
