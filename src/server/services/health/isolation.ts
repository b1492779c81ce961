import type { IsolationView } from "@/contracts/settings";
import { authorize } from "@/server/core/authorize";
import { sqlForLogins } from "@/server/database/logins";
import { withStatement } from "@/server/database/session";
import type { ServiceContext } from "../context";

/**
 * How the database keeps the environments apart in this process, and what an administrator of the database runs, once,
 * where there could be a better way.
 * @throws AppError permission_denied, unavailable
 */
export async function describeIsolation(ctx: ServiceContext): Promise<IsolationView> {
  authorize(ctx, "settings:manage");
  const { isolation } = ctx.databases;
  if (isolation.kind === "logins") return { kind: "logins", reason: null, statements: [] };
  const statements = await withStatement(ctx.databases.owner, (sql) =>
    sqlForLogins(sql, isolation.turnedDown),
  );
  return { kind: "shared", reason: isolation.reason, statements };
}
