import postgres from "postgres";
import { parseConnectionUrl, postgresOptions } from "./connection-url";
import { type Pooling, sessionSettings } from "./session-settings";

/**
 * Whether Keyward's tables are in a database. Makes nothing.
 * @throws InvalidEnvError where the URL cannot be used; PostgresError
 */
export async function holdsInstallation(url: string, pooling: Pooling): Promise<boolean> {
  const target = postgresOptions(parseConnectionUrl(url));
  const client = postgres({
    ...target,
    max: 1,
    prepare: pooling === "session",
    onnotice: () => undefined,
    fetch_types: false,
    connection: { ...target.connection, application_name: "keyward", ...sessionSettings(pooling) },
  });
  try {
    const [row] = await client`select to_regclass('api_keys') is not null as present`;
    return row?.present === true;
  } finally {
    await client.end({ timeout: 5 });
  }
}
