import { collectDefaultMetrics } from "prom-client";
import { LOG_DETAIL } from "@/contracts/requests";
import { VERSION } from "@/server/core/version";
import { limiterKind } from "@/server/rate-limit";
import type { Runtime } from "@/server/runtime/runtime";
import type { Metrics } from "./metrics";

/** Has the parts of a runtime read when somebody asks for the metrics; none of this costs a call anything. */
export function measureParts(metrics: Metrics, runtime: Runtime): void {
  // Event loop, memory, processor, garbage collection: the names every dashboard for Node knows.
  collectDefaultMetrics({ register: metrics.registry });
  metrics.gauges({ name: "keyward_build_info", help: "The version that runs", label: "version" }, () => ({
    [VERSION]: 1,
  }));
  metrics.gauges(
    { name: "keyward_limiter_info", help: "Where limits are counted, by the settings", label: "kind" },
    () => ({ [limiterKind(runtime.env)]: 1 }),
  );
  metrics.gauge(
    {
      name: "keyward_clock_skew_seconds",
      help: "By how much this machine's clock is ahead of Postgres'; negative: behind",
    },
    () => runtime.databases.clock.skewMs / 1_000,
  );
  measureCalls(metrics, runtime);
  measureLog(metrics, runtime);
  measureClickHouse(metrics, runtime);
  measurePools(metrics, runtime);
}

function measureCalls(metrics: Metrics, { callsInFlight }: Runtime): void {
  metrics.gauge(
    { name: "keyward_calls_in_flight", help: "Authenticated calls that this process works on" },
    () => callsInFlight.running,
  );
  metrics.gauge(
    { name: "keyward_calls_waiting", help: "Calls that wait for another one of the same key to end" },
    () => callsInFlight.waiting,
  );
}

function measureLog(metrics: Metrics, { requestLog }: Runtime): void {
  metrics.gauge(
    { name: "keyward_log_buffered_calls", help: "Calls that are not in the log of calls yet" },
    () => requestLog.stats.buffered,
  );
  metrics.gauge(
    { name: "keyward_log_capacity_calls", help: "So many calls may be held before new ones wait" },
    () => requestLog.capacity,
  );
  metrics.counters(
    {
      name: "keyward_log_calls_total",
      help: "What became of calls: written as a row; counted without one; refused by Postgres; rejected with 503 because the log was full",
      label: "outcome",
    },
    () => {
      const { written, counted, refused, rejected } = requestLog.stats;
      return { written, counted, refused, rejected };
    },
  );
  metrics.counters(
    {
      name: "keyward_log_events_total",
      help: "A call had to wait for room in the log (waited); a batch could not be written and is tried again (failed)",
      label: "event",
    },
    () => ({ waited: requestLog.stats.waited, failed: requestLog.failures }),
  );
  metrics.gauges(
    {
      name: "keyward_log_mode",
      help: "1 for what the log keeps at present, of: everything, known_keys, facts, counts",
      label: "keeps",
    },
    () => Object.fromEntries(LOG_DETAIL.map((detail) => [detail, detail === requestLog.state.keeps ? 1 : 0])),
  );
  metrics.gauges(
    {
      name: "keyward_log_day_bytes",
      help: "Today's log in the database (used), and what a day's may take (budget)",
      label: "kind",
    },
    () => {
      const { dayBytes, budgetBytes } = requestLog.state;
      return { used: dayBytes, ...(budgetBytes === null ? {} : { budget: budgetBytes }) };
    },
  );
  metrics.gauges(
    {
      name: "keyward_disk_bytes",
      help: "Of the disk of the embedded Postgres: its size, what is free, and the floor below which no call is logged",
      label: "kind",
    },
    () => ({ ...requestLog.state.disk }),
  );
}

function measureClickHouse(metrics: Metrics, { requestLog: { clickhouse } }: Runtime): void {
  if (!clickhouse) return;
  metrics.gauge(
    { name: "keyward_clickhouse_queued_rows", help: "Rows of the log that wait to be in ClickHouse" },
    () => clickhouse.stats.queued,
  );
  metrics.counters(
    {
      name: "keyward_clickhouse_rows_total",
      help: "What became of rows for ClickHouse: written; dropped because too many waited; refused as data",
      label: "outcome",
    },
    () => {
      const { written, dropped, refused } = clickhouse.stats;
      return { written, dropped, refused };
    },
  );
  metrics.counters(
    {
      name: "keyward_clickhouse_events_total",
      help: "Rows could not be sent to ClickHouse and are sent again (failed)",
      label: "event",
    },
    () => ({ failed: clickhouse.stats.failures }),
  );
}

function measurePools(metrics: Metrics, { databases }: Runtime): void {
  const { owner, lookUps, records, api } = databases;
  const pools = { console: owner, look_ups: lookUps, records, ...api };
  const each = (read: (pool: (typeof pools)[keyof typeof pools]["watch"]) => number) => () =>
    Object.fromEntries(Object.entries(pools).map(([name, { watch }]) => [name, read(watch)]));
  metrics.gauges(
    { name: "keyward_pool_connections", help: "Connections to Postgres that are open", label: "pool" },
    each((watch) => watch.connections),
  );
  metrics.gauges(
    { name: "keyward_pool_places", help: "Connections that a pool may have", label: "pool" },
    each((watch) => watch.places),
  );
  metrics.gauges(
    {
      name: "keyward_pool_works",
      help: "Statements and transactions that run or wait for a connection",
      label: "pool",
    },
    each((watch) => watch.works),
  );
  metrics.counters(
    {
      name: "keyward_pool_refused_total",
      help: "Works that were turned away because too many waited for Postgres",
      label: "pool",
    },
    each((watch) => watch.refused),
  );
  metrics.counters(
    {
      name: "keyward_pool_unanswered_total",
      help: "Works that Postgres did not answer in time",
      label: "pool",
    },
    each((watch) => watch.unanswered),
  );
}
