import { randomUUID } from "node:crypto";
import { type Answer, call, type PublicApi } from "@test/support/calls";
import { type Fixture, newEmail } from "@test/support/fixture";
import type { Id } from "@/contracts/ids";
import { createLicense } from "@/server/services/licenses";

/** What a sample is made in: the key that will send it, and the customer whom it is about. */
export interface Setting {
  fixture: Fixture;
  api: PublicApi;
  /** Its secret. It may do everything in staging. */
  key: string;
  customerId: Id<"cus">;
}

/** A call that passes when it is sent for the first time. */
export interface Post {
  path: string;
  body?: object;
}

const PRODUCT = "Editor";

const licenseOf = ({ fixture, customerId }: Setting) =>
  createLicense(fixture.context(), { product: PRODUCT, customerId, environment: "staging" });

const send = ({ api, key }: Setting, { path, body }: Post): Promise<Answer> =>
  call(api, "POST", path, { key, ...(body === undefined ? {} : { body }) });

const step = (verb: string) => async (setting: Setting) => ({
  path: `/staging/licenses/${(await licenseOf(setting)).id}/${verb}`,
});

const jobOf = ({ customerId }: Setting): Post => ({
  path: "/staging/jobs",
  body: { type: "licenses.generate", input: { product: PRODUCT, count: 1, customerId } },
});

/** One call for each POST of the API, by the id of its route. A route without one fails the tests that go through them. */
export const POSTS: Record<string, (setting: Setting) => Promise<Post> | Post> = {
  "customers.create": () => ({ path: "/staging/customers", body: { email: newEmail() } }),
  "licenses.create": ({ customerId }) => ({
    path: "/staging/licenses",
    body: { product: PRODUCT, customerId },
  }),
  "licenses.validate": async (setting) => ({
    path: "/staging/licenses/validate",
    body: { key: (await licenseOf(setting)).key },
  }),
  "licenses.activate": async (setting) => ({
    path: "/staging/licenses/activate",
    body: { key: (await licenseOf(setting)).key, identifier: randomUUID() },
  }),
  "licenses.deactivate": async (setting) => {
    const body = { key: (await licenseOf(setting)).key, identifier: randomUUID() };
    await send(setting, { path: "/staging/licenses/activate", body });
    return { path: "/staging/licenses/deactivate", body };
  },
  "licenses.suspend": step("suspend"),
  "licenses.reinstate": async (setting) => {
    const { id } = await licenseOf(setting);
    await send(setting, { path: `/staging/licenses/${id}/suspend` });
    return { path: `/staging/licenses/${id}/reinstate` };
  },
  "licenses.revoke": step("revoke"),
  "telemetry.send": async (setting) => ({
    path: "/staging/telemetry",
    body: { events: [{ type: "app.start", licenseKey: (await licenseOf(setting)).key }] },
  }),
  "jobs.start": jobOf,
  "jobs.cancel": async (setting) => {
    const { json } = await send(setting, jobOf(setting));
    return { path: `/staging/jobs/${json.id}/cancel` };
  },
};
