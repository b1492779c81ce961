import { type Answer, type CallOptions, call, type PublicApi } from "@test/support/calls";
import type { CreateKeyInput, ManagedKey } from "@/contracts/schemas/keys";
import type { Example } from "@/gateway/routes/examples/example";
import {
  ACTIVATION,
  CALLING_KEY,
  CUSTOMER,
  DEVICE,
  ENDED_JOB,
  EVENT,
  IMPORTED_ROWS,
  LICENSE,
  MANAGED_KEY,
  QUEUED_JOB,
  REVOKED_KEY,
  SHOWN_KEY,
  SHOWN_SECRET,
  SUSPENDED_LICENSE,
  WEBHOOK_DELIVERY,
  WEBHOOK_ENDPOINT,
} from "@/gateway/routes/examples/records";
import type { Route } from "@/gateway/routes/route";

/** The key with which the examples are called. */
export const EXAMPLE_KEY = {
  name: CALLING_KEY.name,
  environment: "production",
  permissions: CALLING_KEY.permissions as CreateKeyInput["permissions"],
  rateLimits: CALLING_KEY.rateLimits,
  expiresAt: CALLING_KEY.expiresAt,
  managesKeys: "own",
  grantsKeyManagement: false,
} satisfies Partial<CreateKeyInput>;

/** The key that the examples ask about. */
export const EXAMPLE_SHOWN_KEY = {
  name: SHOWN_KEY.name,
  environment: "production",
  permissions: [...SHOWN_KEY.permissions],
} satisfies Partial<CreateKeyInput>;

/** The records of the examples, as an installation has them: under ids of its own. */
export interface World {
  /** The secret of {@link EXAMPLE_KEY}. */
  secret: string;
  /** Ids of the installation, and a secret, by those that the examples have. */
  ids: ReadonlyMap<string, string>;
}

/**
 * Makes the records that the examples count on, by the API itself.
 * @param api in whose production there is nothing yet
 * @param secrets of the keys above
 * @param finish works on a job until it has ended
 */
export async function createWorld(
  api: PublicApi,
  { secret, shown }: { secret: string; shown: string },
  finish: (job: string) => Promise<unknown>,
): Promise<World> {
  const post = async (path: string, body: unknown) => {
    const answer = await call(api, "POST", `/production${path}`, { key: secret, body });
    if (answer.status >= 300) throw new Error(`POST ${path} for the examples: ${answer.text}`);
    return answer.json as { id: string } & Record<string, unknown>;
  };
  const { email, name, metadata } = CUSTOMER;
  const customer = await post("/customers", { email, name, metadata });
  const makeKey = ({ name, description, permissions, ipAllowlist, expiresAt, tags }: ManagedKey) =>
    post("/keys", {
      name,
      description,
      permissions,
      rateLimits: MANAGED_KEY.rateLimits,
      customers: [customer.id],
      ipAllowlist,
      expiresAt,
      tags,
    });
  const former = await makeKey(REVOKED_KEY);
  await post(`/keys/${former.id}/revoke`, { reason: REVOKED_KEY.revokedReason });
  const managed = await makeKey(MANAGED_KEY);
  const make = ({ key, product, activationLimit, expiresAt, features, metadata }: typeof LICENSE) =>
    post("/licenses", {
      key,
      product,
      customerId: customer.id,
      activationLimit,
      expiresAt,
      features,
      metadata,
    });
  const license = await make(LICENSE);
  const suspended = await make(SUSPENDED_LICENSE);
  await post(`/licenses/${suspended.id}/suspend`, { reason: SUSPENDED_LICENSE.statusReason });
  const { activation } = await post("/licenses/activate", {
    key: LICENSE.key,
    identifier: DEVICE,
    metadata: ACTIVATION.metadata,
  });
  const { type, product, version, identifier, data } = EVENT;
  await post("/telemetry", {
    events: [{ type, product, version, licenseKey: LICENSE.key, identifier, data }],
  });
  const ended = await post("/jobs", { type: "customers.import", input: { rows: IMPORTED_ROWS } });
  await finish(ended.id);
  const { url, description, events } = WEBHOOK_ENDPOINT;
  // After all that it would be told of.
  const endpoint = await post("/webhooks", { url, description, events });
  const message = await post(`/webhooks/${endpoint.id}/test`, undefined);
  const queued = await post("/jobs", { type: "licenses.generate", input: { product: "Editor", count: 500 } });
  return {
    secret,
    ids: new Map([
      [SHOWN_SECRET, shown],
      [MANAGED_KEY.id, managed.id],
      [REVOKED_KEY.id, former.id],
      [CUSTOMER.id, customer.id],
      [LICENSE.id, license.id],
      [SUSPENDED_LICENSE.id, suspended.id],
      [ACTIVATION.id, (activation as { id: string }).id],
      [ENDED_JOB.id, ended.id],
      [QUEUED_JOB.id, queued.id],
      [WEBHOOK_ENDPOINT.id, endpoint.id],
      [WEBHOOK_DELIVERY.id, message.id],
    ]),
  };
}

/** Makes the call of an example, on the records of the world. */
export function callExample(
  api: PublicApi,
  route: Route,
  { params = {}, query = {}, body }: Example,
  { secret, ids }: World,
): Promise<Answer> {
  const own = (text: string) =>
    [...ids].reduce((text, [printed, real]) => text.replaceAll(printed, real), text);
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? "");
  const search = new URLSearchParams(query).toString();
  const options: CallOptions = { key: secret };
  if (body !== undefined) options.body = JSON.parse(own(JSON.stringify(body)));
  return call(
    api,
    route.method.toUpperCase(),
    own(`/production${path}${search ? `?${search}` : ""}`),
    options,
  );
}

/**
 * A text without what differs between installations, and from one moment to the next: ids but for their kind, keys and licence keys
 * that were made, and what is left of a limit.
 */
export function withoutOwn(text: string): string {
  return text
    .replace(/\b([a-z]{3})_[0-7][0-9a-hjkmnp-tv-z]{25}\b/g, "$1_…")
    .replace(/"(remaining|reset)":\d+/g, '"$1":0')
    .replace(/\bkw_prod_[0-9A-Za-z]{38}\b/g, "a secret")
    .replace(/\bwhsec_[0-9A-Za-z+/=]+/g, "a signing secret")
    .replace(/\bkw_prod_[0-9A-Za-z]{4}…[0-9A-Za-z]{4}/g, "a masked key")
    .replace(/\b[2-9A-HJKMNP-Z]{5}(?:-[2-9A-HJKMNP-Z]{5}){4}\b/g, "a licence key");
}
