import { call, inProcess } from "@test/support/calls";
import { adminOf } from "@test/support/fixture";
import { loggedCalls } from "@test/support/requests";
import { testFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { ROLES } from "@/contracts/roles";
import {
  changeRequestLogSettings,
  changeRetention,
  readRequestLogSettings,
  readRetention,
} from "@/server/services/settings";
import { auditOf, breakAudit, everyRow, refusal, sqlOf, withKey } from "../support";

const fixture = testFixture();

const owner = () => fixture.context(adminOf("owner"));

describe("A change of settings", () => {
  test("sets what it names, leaves the rest, and stands in the audit with before and after", async () => {
    await changeRetention(owner(), { telemetryDays: 400 });
    const rows = await auditOf(fixture, () => changeRetention(owner(), { logDays: 7 }));
    expect(await readRetention(fixture.context())).toEqual({ logDays: 7, telemetryDays: 400 });
    expect(rows).toMatchObject([
      {
        action: "settings.update",
        actor: "owner@acme.example",
        subjectId: "retention",
        subjectName: "Retention",
        environment: null,
        before: { logDays: 30 },
        after: { logDays: 7 },
      },
    ]);
    expect(await readRequestLogSettings(fixture.context())).toEqual({
      headers: false,
      bodies: false,
      anonymousRowsPerMinute: 120,
      dailyMegabytes: null,
    });
  });

  test("to what is so already is none", async () => {
    const before = await everyRow(fixture);
    await changeRequestLogSettings(owner(), { headers: false });
    await changeRetention(owner(), { logDays: 30, telemetryDays: 90 });
    expect(await everyRow(fixture)).toEqual(before);
  });

  test("is not made where it cannot be recorded", async () => {
    const mend = await breakAudit(fixture);
    const before = await everyRow(fixture);
    await expect(changeRequestLogSettings(owner(), { bodies: true })).rejects.toThrow();
    expect(await everyRow(fixture)).toEqual(before);
    await mend();
  });

  test("is an owner's alone, as is reading them; no key has it, whatever its permissions", async () => {
    const before = await everyRow(fixture);
    const others = ROLES.filter((role) => role !== "owner").map((role) => fixture.context(adminOf(role)));
    for (const ctx of [...others, await withKey(fixture, { permissions: ["settings:manage" as never] })]) {
      const attempts = [
        () => changeRetention(ctx, { logDays: 1 }),
        () => changeRequestLogSettings(ctx, { bodies: true }),
        () => readRetention(ctx),
      ];
      for (const attempt of attempts) {
        await expect(attempt()).rejects.toEqual(refusal("permission_denied"));
      }
    }
    expect((await everyRow(fixture)).settings).toEqual(before.settings);
  });

  test("does not undo another that was made at the same time, and the audit tells them in their order", async () => {
    const rows = await auditOf(fixture, () =>
      Promise.all([
        changeRequestLogSettings(owner(), { headers: true }),
        changeRequestLogSettings(owner(), { bodies: true }),
        changeRequestLogSettings(owner(), { headers: true, bodies: true }),
      ]),
    );
    expect(await readRequestLogSettings(fixture.context())).toMatchObject({ headers: true, bodies: true });
    const told = Object.assign({}, ...rows.map(({ after }) => after));
    expect(told).toEqual({ headers: true, bodies: true });
    // Each field was switched on once, by whoever came first.
    expect(rows.flatMap(({ before }) => Object.values(before ?? {}))).toEqual([false, false]);
  });

  test("is refused where the stored row makes no sense: what was meant must not be guessed", async () => {
    await sqlOf(fixture)`insert into settings values ('retention', '{"logDays": "7"}')`;
    await expect(changeRetention(owner(), { telemetryDays: 7 })).rejects.toThrow();
    const stored = await sqlOf(fixture)`select value from settings where name = 'retention'`;
    expect(stored).toEqual([{ value: { logDays: "7" } }]);
  });
});

describe("What the log keeps of a call", () => {
  const kept = async (requestId: string | null) => {
    await fixture.runtime.requestLog.flush();
    const calls = await loggedCalls(sqlOf(fixture));
    const row = calls.find(({ request_id }) => request_id === requestId);
    const { request_headers, request_body, response_body } = row ?? {};
    return row && { request_headers, request_body, response_body };
  };

  test("follows a change within five seconds, redacted, and ends as soon when it is switched off", async () => {
    const { secret } = await fixture.key();
    const post = async () => {
      const body = { email: "ada@acme.example", metadata: { apiToken: "hush", note: secret } };
      const options = { key: secret, body, headers: { cookie: "hush=hush" } };
      return (await call(inProcess(fixture), "POST", "/staging/customers", options)).headers.get(
        "x-request-id",
      );
    };
    const nothing = { request_headers: null, request_body: null, response_body: null };
    expect(await kept(await post())).toEqual(nothing);
    await changeRequestLogSettings(owner(), { headers: true, bodies: true });
    expect(await kept(await post())).toEqual(nothing);

    fixture.clock.advance(5);
    // The batch reads the settings again, so it is the calls after it that follow.
    await kept(await post());
    const row = await kept(await post());
    expect(row?.request_headers).toMatchObject({ authorization: "[redacted]", cookie: "[redacted]" });
    const { metadata } = JSON.parse(row?.request_body);
    expect(metadata.apiToken).toBe("[redacted]");
    expect(metadata.note).not.toContain(secret);
    expect(JSON.stringify(row)).not.toContain("hush");
    expect(row?.response_body).toContain("validation_failed");

    await changeRequestLogSettings(owner(), { headers: false, bodies: false });
    fixture.clock.advance(5);
    await kept(await post());
    expect(await kept(await post())).toEqual(nothing);
  });
});
