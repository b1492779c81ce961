import { eq } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import { environmentFilterSchema } from "@/contracts/schemas/environments";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { distinctValues, MAX_DISTINCT } from "@/server/database/distinct";
import { licenses } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import { inEnvironment, type ServiceContext } from "../context";
import { environmentsAsked } from "../reach";

/** The products there are licences of, in order, up to 200: what a list of licences can be narrowed to. */
export async function listProducts(
  ctx: ServiceContext,
  input: { environment: Environment | null },
): Promise<string[]> {
  authorize(ctx, "licenses:read");
  const { environment } = parse(environmentFilterSchema, inEnvironment(ctx, input));
  const found = await withDatabase(ctx, (db) =>
    Promise.all(
      environmentsAsked(ctx, environment).map((one) =>
        distinctValues(db, licenses.product, eq(licenses.environment, one)),
      ),
    ),
  );
  return [...new Set(found.flat())].sort().slice(0, MAX_DISTINCT);
}
