import { openClient } from "./client";
import { parseConnectionUrl } from "./connection-url";
import type { Pooling } from "./session-settings";

/**
 * Whether Keyward's tables are in a database. Makes nothing.
 * @throws InvalidEnvError where the URL cannot be used; PostgresError
 */
export async function holdsInstallation(url: string, pooling: Pooling): Promise<boolean> {
  const client = openClient(parseConnectionUrl(url), { pooling, name: "keyward", max: 1 });
  try {
    const [row] = await client`select to_regclass('api_keys') is not null as present`;
    return row?.present === true;
  } finally {
    await client.end({ timeout: 5 });
  }
}
