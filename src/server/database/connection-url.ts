import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { userInfo } from "node:os";
import type { ConnectionOptions } from "node:tls";
import { InvalidEnvError } from "@/env";

/**
 * Where Postgres is and how to reach it, read once from a connection URL, as libpq reads it. The driver gives some of it
 * another meaning (`sslmode=require`, for one), so it never sees a URL.
 */
export interface ConnectionTarget {
  /** A name or an address; an absolute path is the directory of a Unix socket. */
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
  /** Node's options of a TLS connection, null for none. `prefer`: TLS where the server has it, its certificate unchecked. */
  tls: ConnectionOptions | "prefer" | null;
  /** libpq's `options`, handed to the server as they are: some hostings choose the endpoint by them. */
  options: string | undefined;
}

const DEFAULT_PORT = 5432;
const SSL_MODES = ["disable", "allow", "prefer", "require", "no-verify", "verify-ca", "verify-full"] as const;
type SslMode = (typeof SSL_MODES)[number];

/**
 * Reads a connection URL as libpq does (PostgreSQL, Connection URIs): host, port, user, password and dbname also as
 * parameters, a socket's directory as host, sslmode with sslrootcert, sslcert, sslkey, sslpassword and sslcrl. TLS is
 * preferred where nothing is said. Parameters of other programs (`pgbouncer`, `schema`, `connection_limit`,
 * `channel_binding`, …) mean nothing here and are passed over.
 * @throws InvalidEnvError naming what cannot be used; never the URL, which holds a password
 */
export function parseConnectionUrl(text: string): ConnectionTarget {
  const url = parseUrl(text);
  const parameter = (name: string) => url.searchParams.get(name) || undefined;
  const host = parameter("host") ?? (decode(url.hostname).replace(/^\[(.+)\]$/, "$1") || "localhost");
  if (host.includes(",")) throw unusable("names several hosts; name one");
  const port = Number(parameter("port") ?? (url.port || DEFAULT_PORT));
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw unusable("has no usable port");
  const user = parameter("user") ?? (decode(url.username) || userInfo().username);
  return {
    host,
    port,
    user,
    password: parameter("password") ?? decode(url.password),
    database: parameter("dbname") ?? (decode(url.pathname.slice(1)) || user),
    tls: isSocket(host) ? null : readTls(host, parameter),
    options: parameter("options"),
  };
}

/** The target as options of postgres.js. All are named, or it would fill in the rest from PG* variables. */
export function postgresOptions(target: ConnectionTarget) {
  const { host, port, database, user, password, tls, options } = target;
  return {
    // Lists, which the driver takes though its type does not say so: a text it would cut at the colons of an IPv6 address.
    host: [host] as unknown as string,
    port: [port] as unknown as number,
    ...(isSocket(host) ? { path: `${host}/.s.PGSQL.${port}` } : {}),
    database,
    username: user,
    password,
    ssl: tls ?? false,
    connection: (options === undefined ? {} : { options }) as Record<string, string>,
  };
}

function isSocket(host: string): boolean {
  return host.startsWith("/");
}

function parseUrl(text: string): URL {
  // `user@/database?host=/run/postgresql`: a user and no host, which libpq takes and a URL may not have.
  const userWithoutHost = /^(postgres(?:ql)?:\/\/[^/?#]*@)(?=[/?]|$)/i;
  try {
    return new URL(text.replace(userWithoutHost, "$1localhost"));
  } catch {
    throw unusable("is no connection URL such as postgres://user:password@host:5432/database");
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw unusable("has a % that is not followed by two hexadecimal digits; write %25 for it");
  }
}

type Parameter = (name: string) => string | undefined;

/** What sslmode and its company ask for. Where libpq and other drivers differ, libpq is right. */
function readTls(host: string, parameter: Parameter): ConnectionTarget["tls"] {
  const root = parameter("sslrootcert");
  const mode = root === "system" ? "verify-full" : sslMode(parameter);
  if (mode === "disable") return null;
  if (mode === "allow" || mode === "prefer") return "prefer";
  const files = {
    ...certificateFile("ca", root === "system" ? undefined : root),
    ...certificateFile("cert", parameter("sslcert")),
    ...certificateFile("key", parameter("sslkey")),
    ...certificateFile("crl", parameter("sslcrl")),
    ...(parameter("sslpassword") === undefined ? {} : { passphrase: parameter("sslpassword") }),
  };
  // A named root is there to be checked against, also with `require` (libpq, SSL Support).
  if (mode === "no-verify" || (mode === "require" && root === undefined))
    return { ...unchecked(host), ...files };
  if (mode === "verify-full") return { ...identity(host), ...files };
  return { ...identity(host), ...files, checkServerIdentity: () => undefined };
}

function sslMode(parameter: Parameter): SslMode {
  const mode = parameter("sslmode");
  if (mode !== undefined) {
    const known = SSL_MODES.find((one) => one === mode);
    if (!known) throw unusable(`has an sslmode that is none of ${SSL_MODES.join(", ")}`);
    return known;
  }
  // The short form of other drivers.
  const short: Record<string, SslMode> = { true: "require", 1: "require", false: "disable", 0: "disable" };
  return short[parameter("ssl") ?? ""] ?? "prefer";
}

/** Whose certificate it must be. Node would compare with `localhost` where the host is an address. */
function identity(host: string): ConnectionOptions {
  return { host, servername: isIP(host) ? "" : host };
}

function unchecked(host: string): ConnectionOptions {
  return { ...identity(host), rejectUnauthorized: false };
}

function certificateFile(name: "ca" | "cert" | "key" | "crl", file: string | undefined): ConnectionOptions {
  if (file === undefined) return {};
  try {
    return { [name]: readFileSync(file, "utf8") };
  } catch (error) {
    throw unusable(`names a certificate file that cannot be read (${(error as Error).message})`);
  }
}

function unusable(why: string): InvalidEnvError {
  return new InvalidEnvError(`Settings to correct:\n  DATABASE_URL: ${why}`);
}
