import type { CustomerExport } from "@/contracts/customer-export";
import type { Id } from "@/contracts/ids";
import { type LicenseView, maskLicenseKey } from "@/contracts/licenses";
import type { Page } from "@/contracts/lists";
import { customerIdSchema } from "@/contracts/schemas/customers";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { getCustomer } from "../customers";
import { listKeys } from "../keys";
import { listCustomerActivations, listLicenses } from "../licenses";
import { countTelemetryOfCustomer } from "../telemetry";

const PAGE = 500;
/** The document is made in memory; no customer of flesh and blood has more. */
const MOST = 10_000;

/**
 * Everything held about one customer, as one document. On record: personal data leaves the installation.
 * @throws AppError not_found; permission_denied for any part of it, as half of everything would pass for all
 */
export async function exportCustomer(ctx: ServiceContext, input: { id: Id<"cus"> }): Promise<CustomerExport> {
  authorize(ctx, "customers:read");
  const { id } = parse(customerIdSchema, input);
  return withTransaction(ctx, async (ctx) => {
    const customer = await getCustomer(ctx, { id });
    const licenses = await everyPage((cursor) => listLicenses(ctx, { customerId: id, limit: PAGE, cursor }));
    const activations = await everyPage((cursor) =>
      listCustomerActivations(ctx, { customerId: id, limit: PAGE, cursor }),
    );
    const keys = await everyPage((cursor) => listKeys(ctx, { customerId: id, limit: 100, cursor }));
    const telemetry = await countTelemetryOfCustomer(ctx, { customerId: id });
    await recordAudit(ctx, {
      action: "customer.export",
      subject: { id, name: customer.email },
      environment: customer.environment,
      after: { licenses: licenses.items.length, activations: activations.items.length },
    });
    return {
      exportedAt: ctx.clock.now().toISOString(),
      customer,
      licenses: { ...licenses, items: licenses.items.map(masked) },
      activations,
      scopedKeys: {
        ...keys,
        items: keys.items.map(({ id, name, maskedKey, status, createdAt, lastUsedAt }) => ({
          id,
          name,
          maskedKey,
          status,
          createdAt,
          lastUsedAt,
        })),
      },
      telemetry,
    };
  });
}

function masked({ customer: _customer, ...license }: LicenseView) {
  return { ...license, key: maskLicenseKey(license.key) };
}

async function everyPage<Item>(read: (cursor: string | null) => Promise<Page<Item>>) {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Item> = await read(cursor);
    items.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor !== null && items.length < MOST);
  return { complete: cursor === null, items };
}
