import { newEmail } from "@test/support/fixture";
import type { Sql } from "postgres";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { newId } from "@/server/core/ids";

/** Where it may not do everything to its rows: the history of jobs and events is not the API's to rewrite. */
export const FEWER_RIGHTS: Record<string, string[]> = {
  job_records: ["insert", "select", "update"],
  job_result_parts: ["insert", "select"],
  telemetry_daily: ["insert", "select", "update"],
  telemetry_events: ["insert", "select"],
};

/**
 * How far a row is from a key's customer scope. `sendable`: the scope may add such a row, and then cannot read it.
 * Each row that is `beyond` breaks one condition of its table's policy and keeps the others, so that each is tried alone.
 */
export type Reach = "within" | "beyond" | "sendable";

export interface SampleRow {
  reach: Reach;
  /** Columns as JSON; those that are left out take their defaults. */
  columns: Record<string, unknown>;
}

/** A customer scope in one environment: whom it names, and the key that has it. */
export interface Scope {
  customer: Id<"cus">;
  key: Id<"key">;
}

const AT = "2023-11-23T12:00:00Z";

/**
 * Rows of every table that the public API reaches, in one environment and in an order that foreign keys allow. A table
 * with a policy that has none here fails the suite.
 */
function sampleRows(
  environment: Environment,
  scope: Scope,
  otherKey: Id<"key">,
): Record<string, SampleRow[]> {
  const stranger = newId("cus");
  const customer = (id: Id<"cus">) => ({
    id,
    environment,
    email: newEmail(),
    created_at: AT,
    updated_at: AT,
  });
  const license = (customerId: Id<"cus"> | null) => {
    const id = newId("lic");
    return {
      id,
      environment,
      key: id,
      product: "Editor",
      customer_id: customerId,
      created_at: AT,
      updated_at: AT,
    };
  };
  const licenses = {
    ours: license(scope.customer),
    strangers: license(stranger),
    unassigned: license(null),
  };
  const activation = ({ id }: { id: Id<"lic"> }) => ({
    id: newId("act"),
    environment,
    license_id: id,
    identifier: "device",
    created_at: AT,
  });
  /** What a key did under a scope of these customers; null: under none. */
  const made: { reach: Reach; key: Id<"key">; customers: Id<"cus">[] | null }[] = [
    { reach: "within", key: scope.key, customers: [scope.customer] },
    { reach: "within", key: scope.key, customers: [] },
    { reach: "beyond", key: scope.key, customers: [scope.customer, stranger] },
    { reach: "beyond", key: scope.key, customers: null },
    { reach: "beyond", key: otherKey, customers: [scope.customer] },
  ];
  const jobs = made.map(({ reach, key, customers }) => ({
    reach,
    columns: {
      id: newId("job"),
      environment,
      type: "customers.export",
      status: "queued",
      input: {},
      actor_kind: "key",
      actor_id: key,
      actor_name: "Test key",
      key_id: key,
      customers,
      run_after: AT,
      created_at: AT,
    },
  }));
  const event = (customerId: Id<"cus"> | null) => ({
    id: newId("evt"),
    environment,
    received_at: AT,
    type: "app.started",
    at: AT,
    customer_id: customerId,
    data: {},
    flags: [],
  });
  return {
    customers: [
      { reach: "within", columns: customer(scope.customer) },
      { reach: "beyond", columns: customer(stranger) },
    ],
    licenses: [
      { reach: "within", columns: licenses.ours },
      { reach: "beyond", columns: licenses.strangers },
      { reach: "beyond", columns: licenses.unassigned },
    ],
    activations: [
      { reach: "within", columns: activation(licenses.ours) },
      { reach: "beyond", columns: activation(licenses.strangers) },
      { reach: "beyond", columns: activation(licenses.unassigned) },
    ],
    idempotency_records: made.map(({ reach, key, customers }) => ({
      reach,
      columns: {
        key_id: key,
        idempotency_key: newId("req"),
        environment,
        fingerprint: "\\x00",
        customers,
        status: 200,
        headers: {},
        body: "",
        created_at: AT,
      },
    })),
    job_records: jobs,
    job_result_parts: jobs.map(({ reach, columns }) => ({
      reach,
      columns: { job_id: columns.id, part: 0, environment, bytes: "\\x00" },
    })),
    telemetry_events: [
      { reach: "within", columns: event(scope.customer) },
      { reach: "beyond", columns: event(stranger) },
      { reach: "sendable", columns: event(null) },
    ],
    // Every key of the environment adds to these, whatever its scope.
    telemetry_daily: [
      { reach: "within", columns: { environment, day: "2023-11-23", accepted: 1, flagged: 0 } },
      { reach: "within", columns: { environment, day: "2023-11-22", accepted: 1, flagged: 0 } },
    ],
  };
}

/** A row as the owner sees it, whole. */
export interface StoredRow {
  environment: Environment;
  reach: Reach;
  json: Record<string, unknown>;
}

/** What stands in the database: by table all its rows, and the customer scope that decided on each one's reach. */
export interface Samples {
  rows: Record<string, StoredRow[]>;
  scopes: Record<Environment, Scope>;
}

/**
 * Fills the tables of an empty database.
 * @param makeKey adds a key of the environment
 */
export async function plantSamples(
  owner: Sql,
  makeKey: (environment: Environment) => Promise<Id<"key">>,
): Promise<Samples> {
  await owner`select ensure_telemetry_partitions(${AT}::timestamptz::date, 1)`;
  const rows: Record<string, StoredRow[]> = {};
  const scopes = {} as Record<Environment, Scope>;
  for (const environment of ENVIRONMENTS) {
    const scope = { customer: newId("cus"), key: await makeKey(environment) };
    scopes[environment] = scope;
    for (const [table, samples] of Object.entries(
      sampleRows(environment, scope, await makeKey(environment)),
    )) {
      for (const { reach, columns } of samples) {
        const names = owner(Object.keys(columns));
        const [stored] = await owner<{ json: Record<string, unknown> }[]>`
          insert into ${owner(table)} as stored (${names})
          select ${names} from jsonb_populate_record(null::${owner(table)}, ${JSON.stringify(columns)}::text::jsonb)
          returning to_jsonb(stored) as json`;
        if (!stored) throw new Error(`No row in ${table}`);
        rows[table] = [...(rows[table] ?? []), { environment, reach, json: stored.json }];
      }
    }
  }
  return { rows, scopes };
}

/** The tables with a policy for the role of the public API: those that it reaches, row by row. */
export async function tablesWithPolicies(owner: Sql): Promise<string[]> {
  const tables = await owner<{ name: string }[]>`
    select distinct tablename::text as name from pg_policies
    where schemaname = 'public' and roles && array['keyward_api', 'public']::name[] order by 1`;
  return tables.map(({ name }) => name);
}
