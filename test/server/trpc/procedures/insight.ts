import { call as callApi, inProcess } from "@test/support/calls";
import type { Fixture } from "@test/support/fixture";
import { addRequest } from "@test/support/requests";
import { listAuditEvents } from "@/server/services/audit";
import { EVERYBODY, type KeyInput, type Procedures } from "./procedure";

/** Procedures that look at what has happened: audit, log, usage, Explain. */
export function insightProcedures(fixture: Fixture, keyId: KeyInput): Procedures {
  const requestId = async () => ({ requestId: (await addRequest(fixture)).requestId });
  /** A call to the public API, in the log. */
  const loggedRequest = async () => {
    const answer = await callApi(inProcess(fixture), "GET", "/staging/key");
    await fixture.runtime.requestLog.flush();
    return { requestId: answer.headers.get("x-request-id") };
  };
  return {
    "audit.list": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "audit.get": {
      type: "query",
      for: EVERYBODY,
      environment: "staging",
      async input() {
        const { id: subjectId } = await keyId();
        const { data } = await listAuditEvents(fixture.context(), { subjectId, limit: 1 });
        return { id: data[0]?.id };
      },
    },
    "audit.actors": { type: "query", for: EVERYBODY, environment: null, input: () => undefined },
    "audit.integrity": { type: "query", for: EVERYBODY, environment: null, input: () => undefined },
    "audit.check": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: null,
      input: () => ({ restart: true }),
    },
    "explain.checks": {
      type: "query",
      for: EVERYBODY,
      environment: null,
      input: () => ({ keyId: null, environment: "staging", method: "GET", path: "/key", address: null }),
    },
    "explain.request": { type: "query", for: EVERYBODY, environment: "staging", input: loggedRequest },
    "requests.list": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "requests.get": { type: "query", for: EVERYBODY, environment: "staging", input: requestId },
    "requests.histogram": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "requests.tail": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "requests.state": { type: "query", for: EVERYBODY, environment: null, input: () => undefined },
    "requests.routes": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "overview.get": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "usage.overall": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "usage.ofKey": { type: "query", for: EVERYBODY, environment: "staging", input: keyId },
    "usage.permissions": { type: "query", for: EVERYBODY, environment: "staging", input: keyId },
    "usage.traffic": { type: "query", for: EVERYBODY, environment: "staging", input: keyId },
    "usage.secrets": { type: "query", for: EVERYBODY, environment: "staging", input: keyId },
    "usage.trim": { type: "query", for: EVERYBODY, environment: "staging", input: keyId },
    "usage.replayPermissions": {
      type: "query",
      for: EVERYBODY,
      environment: "staging",
      input: async () => ({ ...(await keyId()), permissions: ["jobs:read"] }),
    },
    "usage.replayLimits": {
      type: "query",
      for: EVERYBODY,
      environment: "staging",
      input: async () => ({ ...(await keyId()), rateLimits: { minute: 10 } }),
    },
  };
}
