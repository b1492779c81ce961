import { isIP } from "node:net";
import { availableParallelism } from "node:os";
import path from "node:path";
import * as z from "zod";
import { passphraseSchema } from "@/contracts/schemas/backup";
import { environmentSchema } from "@/contracts/schemas/environments";
import { addressRangeSchema } from "@/contracts/schemas/keys";
import { mailAddressSchema, mailServerSchema } from "@/contracts/schemas/mails";
import { keyPrefixSchema } from "@/contracts/schemas/settings";
import {
  defaultRoleSchema,
  domainsSchema,
  issuerSchema,
  roleMapSchema,
} from "@/contracts/schemas/single-sign-on";

/** An empty variable counts as absent: `KEY_PEPPER=` in a file must not become an empty pepper. */
function optional<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (value === "" ? undefined : value), schema.optional());
}

function withDefault<Schema extends z.ZodType>(schema: Schema, value: z.input<Schema>) {
  return z.preprocess((given) => (given === "" || given === undefined ? value : given), schema);
}

const ROOT_ONLY =
  "Must be the root of a host, such as https://keys.example.com: Keyward cannot be served below a path, and no user, query or fragment belongs there";

function isRoot(text: string): boolean {
  // What is no URL at all has its own message.
  if (!URL.canParse(text)) return true;
  const { pathname, search, hash, username, password } = new URL(text);
  return pathname === "/" && [search, hash, username, password].every((part) => part === "");
}

/** What keys are digested with where KEY_PEPPER is not set: nothing (core/secrets.ts). */
const NO_PEPPER = "";

/** One message for all that is wrong with it: zod's own says `received NaN` of a word. */
function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER, otherwise = "") {
  const bounds = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  const message = `Must be ${otherwise}a whole number ${bounds}`;
  return z.coerce.number(message).int(message).min(least, message).max(most, message);
}

const count = wholeNumber(0);
/** More would not be a machine any more: Postgres could not hold their connections. */
const MAX_WORKERS = 128;
const workers = z.preprocess(
  (value) => (value === "auto" ? Math.min(availableParallelism(), MAX_WORKERS) : value),
  wholeNumber(1, MAX_WORKERS, "auto, or "),
);
const port = wholeNumber(0, 65_535);

/** Loopback, private, link-local and shared (CGNAT) networks: RFC 1122, 1918, 3927, 4193, 4291 and 6598. */
const PRIVATE_NETWORKS = [
  "127.0.0.0/8",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "169.254.0.0/16",
  "100.64.0.0/10",
  "::1",
  "fe80::/10",
  "fc00::/7",
];

const addressRanges = z
  .string()
  .transform((list) => list.split(","))
  .pipe(z.array(addressRangeSchema));

/** Where absent means that there are none. */
const addressRangesOrNone = z.union([z.literal("").transform((): string[] => []), addressRanges]);

const clickHouseUrl = z
  .url({ protocol: /^https?$/, error: "Must be like https://user:password@host:8443/database" })
  .refine(
    (text) => !URL.canParse(text) || new URL(text).search === "",
    "Must end with the database: no query belongs there",
  );

const listenAddress = z
  .string()
  .refine((host) => host === "localhost" || isIP(host) !== 0, "Must be an IP address");

const envSchema = z
  .object({
    /** Where the server listens. */
    PORT: withDefault(port, 3000),
    /** Address to listen on. All interfaces, as integrations call from elsewhere. */
    HOST: withDefault(listenAddress, "0.0.0.0"),
    /**
     * The deployment's public URL: problem types, curl examples, cookies and the set-up link are built from it, and
     * passkeys belong to its host. The root of a host, as pages and cookies are made for that.
     */
    NEXTAUTH_URL: optional(z.url({ protocol: /^https?$/ }).refine(isRoot, ROOT_ONLY)),
    /** Signs session cookies. Made at first start and kept in DATA_DIR where absent. */
    NEXTAUTH_SECRET: optional(z.string().min(16, "Must be at least 16 characters")),
    /** Turns the digests of keys into HMACs, so that a stolen database alone cannot be searched for weak secrets. */
    KEY_PEPPER: optional(z.string().min(16, "Must be at least 16 characters")),
    /**
     * The pepper before the present one, while it is being changed: keys made with it work on, and are digested anew with
     * the present one when they are used (docs/operations.md). `none` where there was no pepper.
     */
    KEY_PEPPER_PREVIOUS: optional(
      z.union([
        z.literal("none").transform(() => NO_PEPPER),
        z.string().min(16, "Must be at least 16 characters, or none"),
      ]),
    ),
    /** First part of every key; lets secret scanners tell installations apart. */
    KEY_PREFIX: withDefault(keyPrefixSchema.shape.prefix, "kw"),
    /** Postgres to use, as a connection URL of libpq, read in server/database/connection-url.ts. Absent: the embedded one in DATA_DIR. */
    DATABASE_URL: optional(
      z.string().regex(/^postgres(ql)?:\/\//, "Must be like postgres://user:password@host:5432/database"),
    ),
    /** `transaction` where a pooler drops start-up parameters: role and environment are then set in each transaction. */
    DATABASE_POOLING: withDefault(z.enum(["session", "transaction"]), "session"),
    /** Connections per pool; there is one pool per environment and one for the console. Five more serve look-ups and the log. */
    DATABASE_POOL_SIZE: withDefault(wholeNumber(1, 200), 10),
    /** Holds the embedded Postgres and the generated secrets. */
    DATA_DIR: withDefault(z.string(), ".data"),
    /**
     * ClickHouse, which gets every row of the log of calls as well, also those that are beyond the day's budget in Postgres:
     * https://user:password@host:8443/database (docs/operations.md).
     */
    CLICKHOUSE_URL: optional(clickHouseUrl),
    /** Limits shared by several processes. */
    REDIS_URL: optional(z.url({ protocol: /^rediss?$/ })),
    /**
     * Processes that serve on the one port, each with the API and the console; above them one more starts, stops and replaces
     * them. `auto`: as many as there are processors. More than one needs limits that they share.
     */
    WORKERS: withDefault(workers, 1),
    /** `true`: several workers without REDIS_URL. Each counts limits by itself: a key has its limit as often as there are workers. */
    ALLOW_PER_PROCESS_LIMITS: withDefault(z.enum(["true", "false"]), "false"),
    /** Limits shared by serverless functions, over HTTP. */
    UPSTASH_REDIS_REST_URL: optional(z.url({ protocol: /^https?$/ })),
    UPSTASH_REDIS_REST_TOKEN: optional(z.string()),
    /** The environment served by `/api/v1` without a name in the path. */
    API_ENVIRONMENT: withDefault(environmentSchema, "production"),
    /** Reverse proxies in front whose X-Forwarded-For entries are believed. 0: the header is the caller's own claim. */
    TRUSTED_PROXIES: withDefault(count.max(10), 0),
    /**
     * Where the nearest of those proxies connects from, as addresses and ranges separated by commas. From anywhere else the
     * header is the claim of somebody who reached this port past the proxies. Matters only where proxies are counted.
     */
    TRUSTED_PROXY_NETWORKS: withDefault(addressRanges, PRIVATE_NETWORKS.join(",")),
    /** Failed authentications per client address and minute before they are answered with 429. 0: no such limit. */
    AUTH_FAILURES_PER_MINUTE: withDefault(count, 30),
    /** Calls of one key that a process works on at once, so that one key's slow calls cannot hold up all others. More wait. */
    MAX_CALLS_IN_FLIGHT_PER_KEY: withDefault(wholeNumber(1, 1_000), 5),
    /** First administrator, made at start where there is none, instead of the set-up page. */
    ADMIN_EMAIL: optional(z.email()),
    ADMIN_PASSWORD: optional(z.string().min(12, "Must be at least 12 characters")),
    /**
     * Single sign-on: the issuer of an OpenID Connect provider, whose other addresses are found by it. There, allow the
     * redirect address NEXTAUTH_URL/api/auth/callback/oidc.
     */
    OIDC_ISSUER: optional(issuerSchema),
    OIDC_CLIENT_ID: optional(z.string()),
    OIDC_CLIENT_SECRET: optional(z.string()),
    /** What the button of the sign-in page calls that provider. */
    OIDC_NAME: withDefault(z.string().trim().max(40), "single sign-on"),
    /**
     * The same address as OIDC_ISSUER: its addresses count although it does not say `email_verified`, as Microsoft Entra ID does
     * not. Only for a tenant in which nobody but its own administrators sets addresses, those of guests included.
     */
    OIDC_EMAILS_TRUSTED_OF: optional(issuerSchema),
    /** The claim that lists somebody's groups, such as groups, or realm_access.roles within another. */
    OIDC_ROLES_CLAIM: optional(z.string()),
    /**
     * The role that a group gives, at each sign-in: `admins=admin,ops=operator@staging`; `*` is everybody. Whoever is in no
     * group named here is refused.
     */
    OIDC_ROLE_MAP: optional(roleMapSchema),
    /** Sign-in with GitHub, for who is in the team or invited. Redirect address: NEXTAUTH_URL/api/auth/callback/github. */
    GITHUB_ID: optional(z.string()),
    GITHUB_SECRET: optional(z.string()),
    /** Sign-in with Google. Redirect address: NEXTAUTH_URL/api/auth/callback/google. */
    GOOGLE_ID: optional(z.string()),
    GOOGLE_SECRET: optional(z.string()),
    /**
     * `off`: nobody signs in with a password or a passkey, only by the providers above. If those fail, `cli admin break-glass`
     * makes a link that signs an owner in once.
     */
    PASSWORD_SIGN_IN: withDefault(z.enum(["on", "off"]), "on"),
    /**
     * Whoever signs in by OIDC_ISSUER or Google with a verified address of these domains joins without an invitation. Not by
     * GitHub, where an address stays verified when its owner has left the company.
     */
    SSO_ALLOWED_DOMAINS: optional(domainsSchema),
    /** The role of those who join so, where OIDC_ROLE_MAP gives no other. */
    SSO_DEFAULT_ROLE: withDefault(defaultRoleSchema, "viewer"),
    /**
     * Opens /metrics to Prometheus, which sends it as a Bearer token. Absent, and without METRICS_PORT: nothing is counted,
     * and there is no such path.
     */
    METRICS_TOKEN: optional(z.string().min(16, "Must be at least 16 characters")),
    /**
     * Serves /metrics on a port of its own instead, without a token unless METRICS_TOKEN is set too. It must not be reached
     * from outside: whoever does sees how much is called, and how much refused. Of several workers each has its own: this one, the
     * next, and so on.
     */
    METRICS_PORT: optional(port),
    /** Address to listen on for METRICS_PORT, where it is not that of HOST: 127.0.0.1 for a Prometheus on this machine. */
    METRICS_HOST: optional(listenAddress),
    /**
     * The mail server that notices and links go out by, such as smtp://user:password@mail.example.com:587 or, with TLS from the
     * first byte, smtps://…:465. Absent: no mail is sent, and notices are in the console alone. TLS is demanded of
     * every server but one on this machine: `?requireTLS=false` takes that back, and `?tls.rejectUnauthorized=false` takes a certificate that nobody has signed.
     */
    SMTP_URL: optional(mailServerSchema),
    /** Who mails come from: an address that the mail server may send for, or `Keyward <keys@example.com>`. */
    MAIL_FROM: optional(mailAddressSchema),
    /**
     * Private networks that webhooks may be sent to, as addresses and ranges separated by commas; also without TLS. Everywhere
     * else they go to public addresses by https alone, so that nobody who sets one up reaches what only this machine can.
     */
    WEBHOOK_PRIVATE_NETWORKS: withDefault(addressRangesOrNone, ""),
    /** What `cli backup` encrypts with and `cli restore` opens with, where nobody is there to type it. */
    KEYWARD_BACKUP_PASSPHRASE: optional(passphraseSchema),
    /** The API key that `cli demo play` calls with, where nobody is there to type it. */
    KEYWARD_API_KEY: optional(z.string()),
    /** Opens /api/cron/jobs to the hosting's scheduler, where no process stays to work jobs. Absent: closed to everybody. */
    CRON_SECRET: optional(z.string().min(16, "Must be at least 16 characters")),
    LOG_LEVEL: withDefault(z.enum(["debug", "info", "warn", "error", "silent"]), "info"),
    /** `on`: a line of the process log for each API call, at the level info. The log of calls has them in any case. */
    ACCESS_LOG: withDefault(z.enum(["on", "off"]), "off"),
    /**
     * Where API calls are traced to, as the base address of an OpenTelemetry collector over HTTP, such as
     * http://localhost:4318. Absent: nowhere, at no cost. The SDK reads what else the standard says of traces itself:
     * OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS, OTEL_RESOURCE_ATTRIBUTES, OTEL_BSP_SCHEDULE_DELAY and others.
     */
    OTEL_EXPORTER_OTLP_ENDPOINT: optional(z.string()),
    /** The same for traces alone, as a whole address, such as http://localhost:4318/v1/traces. */
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: optional(z.string()),
    /** http/protobuf or http/json. Any other is told in the log, and nothing is traced. */
    OTEL_EXPORTER_OTLP_PROTOCOL: withDefault(z.string(), "http/protobuf"),
    /** The same for traces alone. */
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: optional(z.string()),
    /** `none`: nothing is traced, whatever the address. */
    OTEL_TRACES_EXPORTER: withDefault(z.string(), "otlp"),
    /** `true`: the same. */
    OTEL_SDK_DISABLED: optional(z.string().transform((text) => text.trim().toLowerCase() === "true")),
    /** What calls itself so in traces; keyward unless set. Read by the SDK. */
    OTEL_SERVICE_NAME: optional(z.string()),
    /**
     * How long an idle connection stays open. Longer than a proxy in front keeps its own (nginx: 60 s), or the proxy sends
     * a call on a connection that is just being closed, and answers 502.
     */
    KEEP_ALIVE_SECONDS: withDefault(wholeNumber(1, 3_600), 75),
    NODE_ENV: withDefault(z.enum(["production", "development", "test"]), "production"),
  })
  .refine((env) => !env.UPSTASH_REDIS_REST_URL === !env.UPSTASH_REDIS_REST_TOKEN, {
    message: "UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN go together",
    path: ["UPSTASH_REDIS_REST_URL"],
  })
  .refine((env) => !env.SMTP_URL === !env.MAIL_FROM, {
    message: "SMTP_URL and MAIL_FROM go together",
    path: ["SMTP_URL"],
  })
  .refine((env) => !env.ADMIN_EMAIL === !env.ADMIN_PASSWORD, {
    message: "ADMIN_EMAIL and ADMIN_PASSWORD go together",
    path: ["ADMIN_EMAIL"],
  })
  .superRefine((env, ctx) => {
    const refuse = (path: keyof typeof env, message: string) =>
      ctx.addIssue({ code: "custom", path: [path], message });
    const sharesLimits = env.REDIS_URL !== undefined || env.UPSTASH_REDIS_REST_URL !== undefined;
    if (env.WORKERS > 1 && !sharesLimits && env.ALLOW_PER_PROCESS_LIMITS === "false")
      refuse(
        "WORKERS",
        `${env.WORKERS} workers need REDIS_URL or UPSTASH_REDIS_REST_URL: without, each counts limits by itself. ALLOW_PER_PROCESS_LIMITS=true if that is meant`,
      );
    const oidc = [env.OIDC_ISSUER, env.OIDC_CLIENT_ID, env.OIDC_CLIENT_SECRET].filter(Boolean);
    if (oidc.length % 3 !== 0)
      refuse("OIDC_ISSUER", "OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET go together");
    if (!env.GITHUB_ID !== !env.GITHUB_SECRET) refuse("GITHUB_ID", "GITHUB_ID and GITHUB_SECRET go together");
    if (!env.GOOGLE_ID !== !env.GOOGLE_SECRET) refuse("GOOGLE_ID", "GOOGLE_ID and GOOGLE_SECRET go together");
    if (!env.OIDC_ROLES_CLAIM !== !env.OIDC_ROLE_MAP)
      refuse("OIDC_ROLE_MAP", "OIDC_ROLES_CLAIM and OIDC_ROLE_MAP go together");
    if (env.PASSWORD_SIGN_IN === "off" && !env.OIDC_ISSUER && !env.GITHUB_ID && !env.GOOGLE_ID)
      refuse(
        "PASSWORD_SIGN_IN",
        "Must be on without OIDC_ISSUER, GOOGLE_ID or GITHUB_ID: nobody could sign in",
      );
    if (env.OIDC_EMAILS_TRUSTED_OF && env.OIDC_EMAILS_TRUSTED_OF !== env.OIDC_ISSUER)
      refuse("OIDC_EMAILS_TRUSTED_OF", "Must be the same as OIDC_ISSUER");
    if (env.OIDC_ROLE_MAP && !env.OIDC_ISSUER) refuse("OIDC_ROLE_MAP", "Needs OIDC_ISSUER");
    if (env.SSO_ALLOWED_DOMAINS && !env.OIDC_ISSUER && !env.GOOGLE_ID)
      refuse("SSO_ALLOWED_DOMAINS", "Needs OIDC_ISSUER or GOOGLE_ID");
  })
  .transform((env) => ({ ...env, DATA_DIR: path.resolve(env.DATA_DIR) }));

export type Env = z.infer<typeof envSchema>;

/** The name of every setting: what to clear for a process that must have none from its surroundings. */
export const SETTING_NAMES: readonly string[] = Object.keys(envSchema.in.shape);

/** A setting that Keyward cannot start with; the message names each variable, for the operator. */
export class InvalidEnvError extends Error {
  override name = "InvalidEnvError";
}

/**
 * Reads and checks the settings. The only reader of `process.env` in the product.
 * @throws InvalidEnvError naming every wrong variable. Values are left out: they may be secrets, and this goes to a log.
 */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const result = envSchema.safeParse(source);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new InvalidEnvError(`Settings to correct:\n  ${problems.join("\n  ")}`);
}
