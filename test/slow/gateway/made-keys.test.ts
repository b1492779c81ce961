import { sqlOf } from "@test/server/services/support";
import { call, expectProblem, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { expect, test } from "vitest";
import type { RevealedKey } from "@/contracts/keys";

const fixture = suiteFixture();
const api = inProcess(fixture);

const BODY = { name: "Acme", permissions: ["licenses:read"] };

const manager = () =>
  fixture.key({ permissions: ["keys:manage", "licenses:read"], rateLimits: { minute: 100 } });
const send = ({ secret }: RevealedKey, path: string, body?: unknown) =>
  call(api, "POST", `/staging/keys${path}`, { key: secret, ...(body === undefined ? {} : { body }) });

test("Of the keys that a key has made at most 10,000 are neither revoked nor deleted, also by way of those that it revokes and lets work again", async () => {
  const by = await manager();
  const { id: revoked } = (await send(by, "", BODY)).json;
  const { id: made } = (await send(by, "", BODY)).json;
  await send(by, `/${revoked}/revoke`);
  // The others are rows alone, of no name and no secret: made one by one they would take minutes.
  await sqlOf(fixture)`
    insert into api_keys (id, name, environment, digest, masked_key, permissions, rate_limits, created_by, created_by_key_id, created_at, updated_at)
    select 'key_' || lpad(n::text, 26, '0'), '', environment, sha256(n::text::bytea), '', permissions, rate_limits, '', created_by_key_id, created_at, updated_at
    from api_keys, generate_series(1, 9998) n where id = ${String(made)}`;
  const last = await send(by, "", BODY);
  expect(last.status, last.text).toBe(201);
  expectProblem(await send(by, "", BODY), "conflict");
  expectProblem(await send(by, `/${revoked}/reactivate`), "conflict");
  expect((await send(await manager(), "", BODY)).status).toBe(201);
  await send(by, `/${made}/revoke`);
  expect((await send(by, `/${revoked}/reactivate`)).status).toBe(200);
  expectProblem(await send(by, "", BODY), "conflict");
});
