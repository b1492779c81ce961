import type { ClickHouseRequest } from "@/server/clickhouse/requests-table";
import { addressNetwork } from "@/server/core/addresses";
import { pathOf, requestIdOf } from "@/server/database/request-columns";
import type { RequestRow } from "./rows";

/** A row of the log as a line for ClickHouse: what Postgres gets, redacted alike, with the values that it keeps short whole. */
export function clickHouseLine(row: RequestRow): string {
  const { at, request_id: requestId, path, environment, route = null, address } = row;
  const whole: ClickHouseRequest = {
    ...row,
    request_id: requestIdOf({ at, requestId }),
    path: pathOf({ path, environment, route }),
    network: address && addressNetwork(address),
  };
  return JSON.stringify(whole);
}
