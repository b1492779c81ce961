import type { Environment } from "@/contracts/environments";
import type { ClickHouse } from "@/server/clickhouse/connection";
import type { Background } from "@/server/core/background";
import type { Context } from "@/server/core/context";
import type { Logger } from "@/server/core/logger";
import { environmentOf } from "@/server/core/principal";
import type { Peppers } from "@/server/database/peppers";
import type { DatabaseSession } from "@/server/database/session";
import type { Mailer } from "@/server/mail/mailer";
import type { Limiter } from "@/server/rate-limit";
import type { WebhookSender } from "@/server/webhooks/sender";

/** What a new key is made with, and found by. */
export interface KeyMaterial {
  prefix: string;
  pepper: string | undefined;
  /** While the pepper is being changed: the one before it, for keys that have not been used since. */
  previousPepper?: string | undefined;
}

/** The peppers that the secrets of keys may be stored with, the present one first. */
export function peppersOf({ pepper, previousPepper }: KeyMaterial): Peppers {
  return previousPepper === undefined ? [pepper] : [pepper, previousPepper];
}

/** What every verb gets: who acts and when, and the parts of the house it works with. */
export interface ServiceContext extends Context, DatabaseSession {
  limiter: Limiter;
  keyMaterial: KeyMaterial;
  /** `NEXTAUTH_SECRET`: a session counts under the secret that it was started with. */
  sessionSecret: string;
  logger: Logger;
  background: Background;
  /** Null: the log of calls is in Postgres alone. */
  clickhouse: ClickHouse | null;
  /** Null: no mail is set up. */
  mailer: Mailer | null;
  webhookSender: WebhookSender;
  /** Public URL of the deployment, without a slash at the end, for links in mails. */
  baseUrl: string;
}

/**
 * An input, still to be parsed, with the environment that the call is about: a key's own, whatever the input says; for
 * everybody else the one named.
 */
export function inEnvironment<Input extends { environment?: Environment | null | undefined }>(
  { principal }: Pick<ServiceContext, "principal">,
  input: Input,
): Input {
  const environment = environmentOf(principal);
  return environment ? { ...input, environment } : input;
}
