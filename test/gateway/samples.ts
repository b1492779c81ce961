import { type Fixture, newEmail } from "@test/support/fixture";
import type { Route } from "@/gateway/routes/route";
import { JOB_SAMPLES } from "./samples-jobs";
import { LICENSE_SAMPLES } from "./samples-licenses";
import { TELEMETRY_SAMPLES } from "./samples-telemetry";

/** What a call of one route takes to succeed, beyond a key that may. */
interface Sample {
  params?: Record<string, string>;
  query?: string;
  body?: unknown;
}

/** One line per route, by its id; made afresh for each call, so that deleting or creating twice works. */
const SAMPLES: Record<string, (fixture: Fixture) => Sample | Promise<Sample>> = {
  "key.get": () => ({}),
  "customers.list": () => ({ query: "?limit=1" }),
  "customers.create": () => ({ body: { email: newEmail(), name: "Ada", metadata: { plan: "pro" } } }),
  "customers.get": async (fixture) => ({ params: { id: (await fixture.customer()).id } }),
  "customers.update": async (fixture) => ({
    params: { id: (await fixture.customer()).id },
    body: { name: "Ada" },
  }),
  "customers.delete": async (fixture) => ({ params: { id: (await fixture.customer()).id } }),
  ...LICENSE_SAMPLES,
  ...TELEMETRY_SAMPLES,
  ...JOB_SAMPLES,
};

/** A concrete call of a route in staging. `path` is below `/api/v1/staging`. */
export interface SampleCall {
  method: string;
  path: string;
  body?: unknown;
}

/** @throws Error naming what to add, for a route without a sample */
export async function sampleCall(route: Route, fixture: Fixture): Promise<SampleCall> {
  const make = SAMPLES[route.id];
  if (!make) {
    throw new Error(
      `The route ${route.id} has no sample. Add a line to SAMPLES in test/gateway/samples.ts: parameters, query and body with which ${route.method.toUpperCase()} ${route.path} succeeds. Every check at the gateway is then run on it.`,
    );
  }
  const { params = {}, query = "", body } = await make(fixture);
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? "");
  const call = { method: route.method.toUpperCase(), path: path + query };
  return body === undefined ? call : { ...call, body };
}

/** Ids of samples whose route is gone. */
export function orphanedSamples(routes: readonly Route[]): string[] {
  return Object.keys(SAMPLES).filter((id) => !routes.some((route) => route.id === id));
}
