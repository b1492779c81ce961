import type { LicenseView } from "@/contracts/licenses";
import type { Cell } from "@/server/core/csv";
import { listLicenses } from "@/server/services/licenses";
import { CHUNK_ROWS, type JobDefinition } from "./definition";

/** Writes the licences that a filter finds to a file, newest first, with their keys. */
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
    return {
      done: done + page.data.length,
      position: page.nextCursor,
      rows: page.data.map(cells),
      finished: page.nextCursor === null,
    };
  },
};

function cells(license: LicenseView): Cell[] {
  return [
    license.id,
    license.key,
    license.product,
    license.status,
    license.customerId,
    license.customer?.email ?? null,
    license.activationLimit,
    license.activationCount,
    license.expiresAt,
    license.features.join("; "),
    JSON.stringify(license.metadata),
    license.createdAt,
    license.updatedAt,
  ];
}
