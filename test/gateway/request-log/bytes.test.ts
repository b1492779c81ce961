import { sqlOf } from "@test/server/services/support";
import { call, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { expect, test } from "vitest";

const fixture = suiteFixture();

/** Half of what it was, when each row had 511 with its indexes. */
const MOST_BYTES = 255;
const CALLS = 200;
/** As many of each row, a few milliseconds apart: of a small table, a page more or less is all there is to see. */
const COPIES = 100;

test("A call takes 255 bytes of the log, indexes included", async () => {
  const { secret } = await fixture.key({ rateLimits: { minute: 100_000 } });
  const headers = { "user-agent": "acme-sync/2.1 (linux; x64)" };
  const api = inProcess(fixture);
  for (let number = 0; number < CALLS; number++) {
    const answer = await call(api, "GET", "/staging/key", { key: secret, address: "198.51.100.7", headers });
    expect(answer.status).toBe(200);
  }
  await fixture.runtime.requestLog.flush();
  const sql = sqlOf(fixture);
  const columns = (await sql`select * from requests limit 1`).columns.map(({ name }) => name);
  const others = columns.filter((name) => name !== "at").join();
  await sql.unsafe(`
    insert into requests (at, ${others})
    select at + copy * interval '3 milliseconds', ${others}
    from requests cross join generate_series(1, ${COPIES}) as copy order by copy, at`);
  const [size] = await sql`
    select sum(pg_total_relation_size(relid)) / (select count(*) from requests) as bytes
    from pg_partition_tree('requests') where isleaf and pg_relation_size(relid) > 0`;
  expect(Number(size?.bytes)).toBeLessThan(MOST_BYTES);
});
