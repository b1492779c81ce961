// @module-tag long
import { makeCertificates } from "@test/support/certificates";
import { startCluster, type TestCluster } from "@test/support/cluster";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InvalidEnvError } from "@/env";
import { parseConnectionUrl, postgresOptions } from "@/server/database/connection-url";

const parse = (url: string) => {
  const { host, port, database, user, password } = parseConnectionUrl(url);
  return { host, port, database, user, password };
};
const plain = { host: "db", port: 5432, database: "keyward", user: "app", password: "secret" };

describe("a connection URL", () => {
  test.each([
    ["postgres://app:secret@db/keyward", plain],
    ["postgresql://app:secret@db:6543/keyward", { ...plain, port: 6543 }],
    ["postgres://app@db", { ...plain, password: "", database: "app" }],
    ["postgres://app:p%40ss%2Fword@db/key%20ward", { ...plain, password: "p@ss/word", database: "key ward" }],
    ["postgres://app:secret@[::1]:6543/keyward", { ...plain, host: "::1", port: 6543 }],
    ["postgres://app:secret@/keyward?host=/run/postgresql", { ...plain, host: "/run/postgresql" }],
    ["postgres://app:secret@?host=/run/postgresql&dbname=keyward", { ...plain, host: "/run/postgresql" }],
    ["postgres://app:secret@%2Frun%2Fpostgresql/keyward", { ...plain, host: "/run/postgresql" }],
    [
      "postgres:///keyward?host=/run/postgresql&user=app&password=secret&port=5433",
      { ...plain, host: "/run/postgresql", port: 5433 },
    ],
  ])("%s is read as libpq reads it", (url, expected) => {
    expect(parse(url)).toEqual(expected);
  });

  test("has parameters of other programs without any effect, and hands libpq's options on", () => {
    const others =
      "pgbouncer=true&connection_limit=5&pool_timeout=3&schema=app&uselibpqcompat=true&channel_binding=require&application_name=x&anything=1";
    const bare = postgresOptions(parseConnectionUrl("postgres://app:secret@db/keyward"));
    expect(postgresOptions(parseConnectionUrl(`postgres://app:secret@db/keyward?${others}`))).toEqual(bare);
    expect(bare.connection).toEqual({});
    expect(
      postgresOptions(parseConnectionUrl("postgres://app@db/k?options=endpoint%3Dabc")).connection,
    ).toEqual({ options: "endpoint=abc" });
  });

  test.each([
    ["nonsense", "is no connection URL"],
    ["postgres://app:top-secret@db:port/keyward", "is no connection URL"],
    ["postgres://app:top-secret@one,two/keyward", "several hosts"],
    ["postgres://app:top-secret@db/keyward?port=0", "port"],
    ["postgres://app:top-secret%zz@db/keyward", "%25"],
    ["postgres://app:top-secret@db/keyward?sslmode=verify", "sslmode"],
    [
      "postgres://app:top-secret@db/keyward?sslmode=verify-full&sslrootcert=/nowhere/ca.pem",
      "/nowhere/ca.pem",
    ],
  ])("%s is refused with the reason and without the password", (url, reason) => {
    expect(() => parseConnectionUrl(url)).toThrow(InvalidEnvError);
    expect(() => parseConnectionUrl(url)).toThrow(reason);
    expect(() => parseConnectionUrl(url)).not.toThrow("top-secret");
  });
});

/** Connects; what it comes to: over TLS, in the clear, or refused. */
async function outcome(url: string): Promise<string> {
  const sql = postgres({ ...postgresOptions(parseConnectionUrl(url)), max: 1, connect_timeout: 5 });
  try {
    const [row] = await sql<{ ssl: boolean }[]>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
    return row?.ssl ? "TLS" : "clear";
  } catch {
    return "refused";
  } finally {
    await sql.end();
  }
}

describe("the meaning that libpq gives it", { tags: "postgresql-15" }, () => {
  let open: TestCluster;
  let secured: TestCluster;
  let certificates: ReturnType<typeof makeCertificates>;

  beforeAll(async () => {
    certificates = makeCertificates();
    const { certificate, key } = certificates;
    [open, secured] = await Promise.all([
      startCluster(),
      startCluster({
        settings: { ssl: "on" },
        files: { "server.crt": certificate, "server.key": key },
      }),
    ]);
  });
  afterAll(() => Promise.all([open?.stop(), secured?.stop()]));

  test.each([
    ["", "TLS", "clear"],
    ["sslmode=disable", "clear", "clear"],
    ["sslmode=prefer", "TLS", "clear"],
    ["sslmode=require", "TLS", "refused"],
    ["ssl=true", "TLS", "refused"],
    ["sslmode=no-verify", "TLS", "refused"],
    ["sslmode=require&sslrootcert=AUTHORITY", "TLS", "refused"],
    ["sslmode=require&sslrootcert=OTHER", "refused", "refused"],
    ["sslmode=verify-ca&sslrootcert=AUTHORITY", "TLS", "refused"],
    ["sslmode=verify-ca&sslrootcert=OTHER", "refused", "refused"],
    ["sslmode=verify-full&sslrootcert=AUTHORITY", "TLS", "refused"],
    ["sslmode=verify-full&sslrootcert=OTHER", "refused", "refused"],
    ["sslmode=verify-full", "refused", "refused"],
    ["sslrootcert=system", "refused", "refused"],
    ["sslmode=require&channel_binding=require&pgbouncer=true&uselibpqcompat=true", "TLS", "refused"],
  ])("of %j: %s where the server has TLS, %s where it has none", async (parameters, withTls, without) => {
    const files = parameters
      .replace("AUTHORITY", certificates.authorityFile)
      .replace("OTHER", certificates.otherAuthorityFile);
    expect(await outcome(secured.url("dba", "postgres", files))).toBe(withTls);
    expect(await outcome(open.url("dba", "postgres", files))).toBe(without);
  });

  test("verify-full compares the name, an address too; verify-ca does not", async () => {
    const at = (mode: string) =>
      secured
        .url("dba", "postgres", `sslmode=${mode}&sslrootcert=${certificates.authorityFile}`)
        .replace("@localhost", "@127.0.0.1");
    expect(await outcome(at("verify-full"))).toBe("refused");
    expect(await outcome(at("verify-ca"))).toBe("TLS");
  });

  test("a socket's directory is a host like any other, and needs no TLS", async () => {
    for (const url of [
      `postgres://dba:dba@/postgres?host=${secured.socketDirectory}&port=${secured.port}`,
      `postgres://dba:dba@${encodeURIComponent(secured.socketDirectory)}:${secured.port}/postgres?sslmode=require`,
    ]) {
      expect(await outcome(url)).toBe("clear");
    }
  });
});
