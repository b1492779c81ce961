import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { cancelJob, getJob, getJobResult, listJobs } from "@/server/services/jobs";
import { updateKey } from "@/server/services/keys";
import { sqlOf } from "../services/support";
import { insertJob, keyWithRow, resultText, start, work } from "./support";

const fixture = suiteFixture();

const generation = (count: number) =>
  ({ type: "licenses.generate", input: { product: "Editor", count } }) as const;

test("A connection of one environment writes no job and no part of a result in another", async () => {
  const { id: keyId } = await keyWithRow(fixture, { environment: "production" });
  const id = await insertJob(sqlOf(fixture), keyId, "production");
  const staging = fixture.runtime.databases.api.staging.$client;
  const denied = { code: "42501" };
  const part = staging`insert into job_result_parts values (${id}, 1, 'staging', '\\x00')`;
  await expect(Promise.resolve(part)).rejects.toMatchObject(denied);
  const job = staging`insert into job_records (id, environment, type, status, input, actor_kind, actor_id, actor_name,
    key_id, run_after, created_at) values ('job_x', 'production', 'licenses.export', 'queued', '{}', 'key', ${keyId}, '',
    ${keyId}, now(), now())`;
  await expect(Promise.resolve(job)).rejects.toMatchObject(denied);
  expect(await staging`update job_records set done = 0 where id = ${id} returning id`).toEqual([]);
  expect(await staging`select 1 from job_records where id = ${id}`).toEqual([]);
});

describe("A customer-scoped key", () => {
  test("generates for its customer, and sees its own jobs and no others", async () => {
    const customer = await fixture.customer();
    const scoped = await keyWithRow(fixture, { customers: [customer.id] });
    const other = await keyWithRow(fixture, { customers: [customer.id] });
    const { id } = await start(fixture, scoped, {
      type: "licenses.generate",
      input: { product: "Scoped", count: 2, customerId: customer.id },
    });

    const full = await keyWithRow(fixture);
    const foreign = await start(fixture, full, generation(1));
    expect(await work(fixture, id)).toMatchObject({ status: "succeeded" });
    const ctx = fixture.context(scoped);
    expect((await listJobs(ctx, { statuses: [], limit: 100 })).data.map((job) => job.id)).toEqual([id]);
    const missing = expect.objectContaining({ code: "not_found" });
    await expect(getJob(ctx, { id: foreign.id })).rejects.toEqual(missing);
    await expect(getJob(fixture.context(other), { id })).rejects.toEqual(missing);
    expect((await getJob(fixture.context(full), { id })).id).toBe(id);
  });

  test("cannot start what reaches beyond its customers", async () => {
    const customer = await fixture.customer();
    const scoped = await keyWithRow(fixture, { customers: [customer.id] });
    const refused = expect.objectContaining({ code: "customer_out_of_scope" });
    await expect(start(fixture, scoped, generation(1))).rejects.toEqual(refused);
    const rows = [{ email: "a@b.example" }];
    await expect(start(fixture, scoped, { type: "customers.import", input: { rows } })).rejects.toEqual(
      refused,
    );
  });

  test("exports its own customers' licences and no others; once narrowed, it cannot read that result", async () => {
    const [one, two] = [await fixture.customer(), await fixture.customer()];
    const full = await keyWithRow(fixture);
    for (const customerId of [one.id, two.id]) {
      const input = { product: "Export", count: 1, customerId };
      await work(fixture, (await start(fixture, full, { type: "licenses.generate", input })).id);
    }
    const scoped = await keyWithRow(fixture, { customers: [one.id, two.id] });
    const narrow = { ...scoped, customers: [one.id] };
    const { id } = await start(fixture, narrow, {
      type: "licenses.export",
      input: { filter: { product: "Export" } },
    });
    await work(fixture, id);
    const text = await resultText(fixture.context(narrow), id);
    expect(text).toContain(one.id);
    expect(text).not.toContain(two.id);
    const missing = expect.objectContaining({ code: "not_found" });
    await expect(getJobResult(fixture.context({ ...narrow, customers: [] }), { id })).rejects.toEqual(
      missing,
    );
    await updateKey(fixture.context(), { id: scoped.id, customers: [two.id] });
    const later = await start(fixture, narrow, { type: "licenses.export", input: { filter: {} } });
    expect(await work(fixture, later.id)).toMatchObject({ error: { code: "customer_out_of_scope" } });
  });
});

test("A key of another environment does not know the job", async () => {
  const { id } = await start(fixture, await keyWithRow(fixture), generation(1));
  const foreign = await keyWithRow(fixture, { environment: "production" });
  await expect(getJob(fixture.context(foreign), { id })).rejects.toMatchObject({ code: "not_found" });
  await expect(cancelJob(fixture.context(foreign), { id })).rejects.toMatchObject({ code: "not_found" });
});
