import { type Answer, type CallOptions, call } from "@test/support/calls";
import { newEmail } from "@test/support/fixture";
import { createMountedFixture, type MountedFixture } from "@test/support/mounted-fixture";
import type { MountName } from "@test/support/mounts";
import { type Customer, customerSchema } from "@/contracts/schemas/customers";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import { customerPageSchema } from "@/gateway/routes/schemas";

const PLENTY = { minute: 100_000 };
/** A page of customers. */
export const customersSchema = customerPageSchema;

/** A mounted fixture in which one key of staging works on customers. */
export interface CustomerDesk extends MountedFixture {
  /** That key's secret. */
  key: string;
  /** Calls a path of staging, with that key unless told otherwise. */
  run(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Makes a customer with an e-mail address of its own. */
  create(body?: object): Promise<Customer>;
  /** The secret of another key, like that one but for what is given. */
  keyOf(input: Partial<CreateKeyInput>): Promise<string>;
}

/** Starts the process and makes the key. */
export async function openCustomerDesk(name: MountName): Promise<CustomerDesk> {
  const mounted = await createMountedFixture(name, { API_ENVIRONMENT: "staging" });
  const { fixture, api } = mounted;
  const keyOf = async (input: Partial<CreateKeyInput>) =>
    (await fixture.key({ rateLimits: PLENTY, ...input })).secret;
  const key = await keyOf({});
  const run = (method: string, path: string, options: CallOptions = {}) =>
    call(api, method, `/staging${path}`, { key, ...options });
  const create = async (body: object = {}) => {
    const answer = await run("POST", "/customers", { body: { email: newEmail(), ...body } });
    return answer.read(customerSchema);
  };
  return { ...mounted, key, run, create, keyOf };
}

/** The ids on a page of customers, in its order. */
export const idsOf = (answer: Answer) =>
  (answer.read(customersSchema).data as Customer[]).map(({ id }) => id);
