// @module-tag long
import { adminOf } from "@test/support/fixture";
import { testFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import type { FindingEvidence } from "@/contracts/findings";
import type { Id } from "@/contracts/ids";
import { runMaintenance } from "@/server/jobs/maintenance";
import type { ServiceContext } from "@/server/services/context";
import { checkDueFindings, listFindings } from "@/server/services/findings";
import { changeKeyPolicy, listKeysOutside } from "@/server/services/key-policies";
import { getKey, reactivateKey, regenerateKey, revokeSilentKeys } from "@/server/services/keys";
import { workerOf } from "../../jobs/support";
import { auditOf, sqlOf } from "../support";

const fixture = testFixture();
const owner = () => fixture.context(adminOf("owner"));
const never = new AbortController().signal;

const setSilence = (silenceDays: number | null) =>
  changeKeyPolicy(owner(), { environment: "staging", rules: { silenceDays } });

/** What of maintenance a silence is about, in its order. */
const SILENCE_TASKS = {
  "look for findings": async (ctx: ServiceContext) => {
    await checkDueFindings(ctx, never);
    return 0;
  },
  "revoke silent keys": revokeSilentKeys,
};

/** Time passes, and maintenance has its turn each day, as it has while Keyward runs; on the last one all of it. */
async function pass(days: number): Promise<void> {
  for (let day = 1; day <= days; day++) {
    fixture.clock.advance(DAY_MS / 1_000);
    await runMaintenance(workerOf(fixture), never, day < days ? SILENCE_TASKS : undefined);
  }
}

const statusOf = async (id: Id<"key">) => (await getKey(owner(), { id })).status;
const use = (id: Id<"key">) =>
  sqlOf(fixture)`update api_keys set last_used_at = ${fixture.clock.now().toISOString()} where id = ${id}`;

async function notice(keyId: Id<"key">) {
  const { data } = await listFindings(owner(), { keyId, kinds: ["silent"] });
  return data[0]?.evidence as Extract<FindingEvidence, { kind: "silent" }> | undefined;
}

describe("A key that is not used for as long as its policy bears", () => {
  test("is revoked as the policy, with an audit row, after its page has said so for 14 days", async () => {
    await setSilence(30);
    const { key } = await fixture.key();
    const created = Date.parse(key.createdAt);
    await pass(15);
    expect(await notice(key.id)).toBeUndefined();
    await pass(1);
    expect(await notice(key.id)).toEqual({
      kind: "silent",
      since: key.createdAt,
      revokedAt: new Date(created + 30 * DAY_MS).toISOString(),
    });
    await pass(13);
    expect(await statusOf(key.id)).toBe("active");
    const rows = await auditOf(fixture, () => pass(1));
    expect(rows).toMatchObject([
      {
        action: "key.revoke",
        actor: "policy",
        actorKind: "system",
        subjectId: key.id,
        environment: "staging",
        after: { status: "inactive", reason: "Not used for 30 days" },
      },
    ]);
    expect(await getKey(owner(), { id: key.id })).toMatchObject({
      status: "inactive",
      revokedBy: "policy",
      revokedReason: "Not used for 30 days",
    });
  });

  test("is kept by one call, from which its silence counts anew, and not by a regenerate", async () => {
    await setSilence(30);
    const { key: used } = await fixture.key();
    const { key: regenerated } = await fixture.key();
    await pass(29);
    await use(used.id);
    await regenerateKey(owner(), { id: regenerated.id });
    await pass(1);
    expect([await statusOf(used.id), await statusOf(regenerated.id)]).toEqual(["active", "inactive"]);
    expect(await notice(used.id)).toBeUndefined();
    await pass(28);
    expect(await statusOf(used.id)).toBe("active");
    await pass(1);
    expect(await statusOf(used.id)).toBe("inactive");
  });

  test("works again for as long once somebody brings it back", async () => {
    await setSilence(30);
    const { key } = await fixture.key();
    await pass(30);
    await reactivateKey(owner(), { id: key.id });
    await pass(29);
    expect(await statusOf(key.id)).toBe("active");
    await pass(1);
    expect(await statusOf(key.id)).toBe("inactive");
  });

  test("is left alone in other environments, and where there is no such rule", async () => {
    const { key } = await fixture.key({ environment: "production" });
    const { key: free } = await fixture.key();
    await setSilence(30);
    await setSilence(null);
    await pass(40);
    expect([await statusOf(key.id), await statusOf(free.id)]).toEqual(["active", "active"]);
  });
});

describe("No key is revoked without notice", () => {
  test("within 7 days of the policy being set or tightened", async () => {
    const { key } = await fixture.key();
    await pass(100);
    await setSilence(90);
    expect((await listKeysOutside(owner(), { environment: "staging" })).keys).toMatchObject([
      { id: key.id, broken: ["Keys of staging are revoked after 90 days without use (policy)."] },
    ]);
    await pass(6);
    expect(await notice(key.id)).toBeDefined();
    // Tightened on the sixth day: seven more from here on. Loosening it again gives nothing and takes nothing.
    await setSilence(60);
    await pass(6);
    expect(await statusOf(key.id)).toBe("active");
    await pass(2);
    expect(await statusOf(key.id)).toBe("inactive");
  });

  test("after Keyward itself was down for so long that nobody could use or be told of anything", async () => {
    await setSilence(30);
    const { key } = await fixture.key();
    await pass(1);
    fixture.clock.advance((60 * DAY_MS) / 1_000);
    await runMaintenance(workerOf(fixture), never);
    expect(await statusOf(key.id)).toBe("active");
    const told = await notice(key.id);
    expect(told?.revokedAt).toBe(new Date(fixture.clock.now().getTime() + 7 * DAY_MS).toISOString());
    await pass(6);
    expect(await statusOf(key.id)).toBe("active");
    await pass(1);
    expect(await statusOf(key.id)).toBe("inactive");
  });

  test("that it was used in the meantime is seen at the last moment, whatever the notice says", async () => {
    await setSilence(30);
    const { key } = await fixture.key();
    await pass(29);
    // The notice is from before the use, and stands.
    await use(key.id);
    fixture.clock.advance(DAY_MS / 1_000);
    await runMaintenance(workerOf(fixture), never, { "revoke silent keys": revokeSilentKeys });
    expect(await notice(key.id)).toBeDefined();
    expect(await statusOf(key.id)).toBe("active");
  });
});
