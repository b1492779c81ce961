import { newEmail } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { startJobInEnvironmentSchema } from "@/contracts/schemas/job-types";
import { parse } from "@/server/core/validation";
import { runMaintenance } from "@/server/jobs/maintenance";
import { createAdmin } from "@/server/services/admins";
import { cancelJob, deleteJob, getJob, getJobStats, retryJob, startJob } from "@/server/services/jobs";
import { work, workerOf } from "../../jobs/support";
import { auditOf, sqlOf } from "../support";

const fixture = suiteFixture();

async function admin() {
  const input = {
    email: newEmail(),
    name: "Ada",
    role: "operator",
    password: "correct horse battery",
  } as const;
  return { kind: "admin", ...(await createAdmin(fixture.context(), input)) } as const;
}

describe("An administrator", () => {
  test("starts, cancels and deletes jobs in a named environment, each on record without its input", async () => {
    const ada = await admin();
    const ctx = fixture.context(ada);
    const input = parse(startJobInEnvironmentSchema, {
      environment: "production",
      type: "licenses.generate",
      input: { product: "Ada", count: 2 },
    });

    const events = await auditOf(fixture, async () => {
      const done = await startJob(ctx, input);
      expect(done.startedBy).toEqual({ kind: "admin", id: ada.id, name: ada.email });
      expect(await work(fixture, done.id)).toMatchObject({ status: "succeeded", environment: "production" });
      const waiting = await startJob(ctx, input);
      await expect(deleteJob(ctx, { id: waiting.id })).rejects.toMatchObject({ code: "invalid_state" });
      await cancelJob(ctx, { id: waiting.id });
      await deleteJob(ctx, { id: done.id });
      await expect(getJob(ctx, { id: done.id })).rejects.toMatchObject({ code: "not_found" });
    });
    expect(events.map(({ action }) => action)).toEqual([
      "job.start",
      "job.start",
      "job.cancel",
      "job.delete",
    ]);
    expect(events[0]?.after).toEqual({ type: "licenses.generate", total: 2 });
  });

  test("who is deactivated takes the jobs along", async () => {
    const ada = await admin();
    const { id } = await startJob(fixture.context(ada), {
      environment: "staging",
      type: "licenses.export",
      input: { filter: {} },
    });
    await sqlOf(fixture)`update admins set deactivated_at = now() where id = ${ada.id}`;
    expect(await work(fixture, id)).toMatchObject({ status: "failed", error: { code: "permission_denied" } });
    expect(await getJobStats(fixture.context(), { environment: "staging" })).toMatchObject({ failed: 1 });
  });
});

test("A failed job whose input is gone cannot be retried", async () => {
  const ada = await admin();
  const job = { environment: "staging", type: "licenses.export", input: { filter: {} } } as const;
  const { id } = await startJob(fixture.context(ada), job);
  await sqlOf(fixture)`update admins set deactivated_at = now() where id = ${ada.id}`;
  await work(fixture, id);
  fixture.clock.advance(8 * 86_400);
  await runMaintenance(workerOf(fixture), new AbortController().signal);
  await expect(retryJob(fixture.context(), { id })).rejects.toMatchObject({ code: "invalid_state" });
});
