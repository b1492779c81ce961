import { expect } from "vitest";
import type { z } from "zod";
import { PROBLEMS, type ProblemCode, problemPath } from "@/contracts/problems";
import { createFetchHandler } from "@/gateway/http/fetch-handler";
import type { Runtime } from "@/server/runtime/runtime";
import type { Fixture } from "./fixture";
import type { Mount } from "./mounts";

/** Whatever takes calls to the public API. The client's address reaches it the way that it would believe. */
export type PublicApi = (path: string, init: RequestInit, address: string) => Promise<Response>;

/** The gateway of a running process. Its mount believes one proxy, so the address travels in X-Forwarded-For. */
export function overNetwork(mount: Pick<Mount, "url">): PublicApi {
  return (path, init, address) => {
    // A connection each: a server that refuses a large body closes, and the next call must not find out the hard way.
    const ours = { "x-forwarded-for": address, connection: "close" };
    const headers = { ...ours, ...(init.headers as Record<string, string>) };
    return fetch(mount.url + path, { ...init, headers, redirect: "manual" });
  };
}

const gateways = new WeakMap<Runtime, ReturnType<typeof createFetchHandler>>();

function gatewayOf(runtime: Runtime) {
  const gateway = gateways.get(runtime) ?? createFetchHandler(runtime);
  gateways.set(runtime, gateway);
  return gateway;
}

/**
 * The gateway of a fixture, in this process; the address is that of the socket. Asks for the runtime with each call, so
 * that the fixture of a suite need not be there yet.
 */
export function inProcess(fixture: Pick<Fixture, "runtime">): PublicApi {
  return async (path, init, address) => {
    const request = new Request(`http://keyward.test${path}`, init);
    return gatewayOf(fixture.runtime)(request, address);
  };
}

export interface CallOptions {
  /** Sent as `Authorization: Bearer`. */
  key?: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, instead of `body`; announced as JSON unless `headers` say otherwise. */
  raw?: BodyInit;
  /** The client's; the same one for all calls unless given. */
  address?: string;
}

/** An answer, read to its end. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body; an empty object where there is none, or one that is not JSON. */
  json: Record<string, unknown>;
  /** The body, checked and typed. */
  read<Schema extends z.ZodType>(schema: Schema): z.output<Schema>;
}

export const CLIENT_ADDRESS = "198.51.100.7";

/** One call; `path` is below `/api/v1`. */
export async function call(
  api: PublicApi,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const { key, body, raw, address = CLIENT_ADDRESS } = options;
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const headers = {
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(payload === undefined ? {} : { "content-type": "application/json" }),
    ...options.headers,
  };
  const init = { method, headers, ...(payload === undefined ? {} : { body: payload, duplex: "half" }) };
  const response = await api(`/api/v1${path}`, init, address);
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get("content-type") ?? "");
  // The answer to HEAD is announced as JSON and has no body.
  const json = isJson && text ? JSON.parse(text) : {};
  const { status } = response;
  return { status, headers: response.headers, text, json, read: (schema) => schema.parse(json) };
}

/** What every answer under /api/v1 carries, whatever it says. */
export function expectCommonHeaders({ headers }: Answer): void {
  expect(headers.get("x-request-id")).toMatch(/^req_[0-7][0-9a-hjkmnp-tv-z]{25}$/);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
}

/** Demands the complete problem document of a code (RFC 9457), with these extensions and no others. */
export function expectProblem(
  answer: Answer,
  code: ProblemCode,
  extensions: Record<string, unknown> = {},
): void {
  const { status, title } = PROBLEMS[code];
  expect.soft(answer.status, answer.text).toBe(status);
  expect(answer.json).toEqual({
    type: expect.stringMatching(new RegExp(`^https?://[^/]+${problemPath(code)}$`)),
    title,
    status,
    detail: expect.stringMatching(/\S/),
    instance: expect.stringMatching(/^\//),
    code,
    requestId: answer.headers.get("x-request-id"),
    ...extensions,
  });
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expectCommonHeaders(answer);
}

/** Demands 422 at exactly these fields, named by their path; with the code, where it matters. */
export function expectFieldErrors(
  answer: Answer,
  ...fields: (string | { path: string; code: string })[]
): void {
  const errors = fields.map((field) => {
    const { path, code } = typeof field === "string" ? { path: field, code: expect.any(String) } : field;
    return { path, message: expect.any(String), code };
  });
  expectProblem(answer, "validation_failed", { errors });
}

/** Members of a RateLimit or RateLimit-Policy header (structured field list), by the name of the policy. */
export function policiesIn(header: string | null): Record<string, Record<string, number>> {
  const members = (header ?? "").split(", ").filter(Boolean);
  return Object.fromEntries(
    members.map((member) => {
      const [, name = "", parameters = ""] = /^"([a-z-]+)"((?:;[a-z]=\d+)+)$/.exec(member) ?? [];
      expect(name, `${header} is not a list of policies`).not.toBe("");
      const pairs = [...parameters.matchAll(/;([a-z])=(\d+)/g)];
      return [name, Object.fromEntries(pairs.map(([, letter, value]) => [letter, Number(value)]))];
    }),
  );
}
