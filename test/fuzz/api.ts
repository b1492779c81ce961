import { call, overNetwork } from "@test/support/calls";
import { type CallPlan, callPlan, makeCall } from "./calls";
import type { Target } from "./campaign";
import { WireClient, type WireRequest } from "./client";
import { brokenPromises, isOfApi } from "./contract";
import { readDocument } from "./document";
import type { Fixtures } from "./fixtures";

interface Options {
  connections: number;
  /** Whether something else answers, before any code of Keyward has seen the call. */
  isOthers?: ((request: WireRequest) => boolean) | undefined;
}

/** The public API of a server, attacked with calls made from those that pass. */
export async function publicApi(
  url: string,
  fixtures: Fixtures,
  { connections, isOthers = () => false }: Options,
): Promise<Target<CallPlan> & { client: WireClient }> {
  const document = readDocument((await call(overNetwork({ url }), "GET", "/openapi.json")).json);
  const client = new WireClient(url, connections);
  return {
    name: `The public API at ${url}`,
    plans: callPlan,
    async attempt(plan) {
      const made = await makeCall(plan, fixtures);
      const answer = await client.send(made.request);
      if (isOthers(made.request)) return [];
      if (made.operation !== null || isOfApi(made.request.target))
        return brokenPromises(made, answer, document);
      // A page of the console's, which promises less.
      return answer.status < 500 ? [] : [`${answer.status} is a fault of ours`];
    },
    async show(plan) {
      const { request } = await makeCall(plan, fixtures);
      const lines = request.headers.map(([name, value]) => `${name}: ${value}`);
      return [`${request.method} ${request.target}`, ...lines, "", request.body.toString()].join("\n  ");
    },
    client,
  };
}
