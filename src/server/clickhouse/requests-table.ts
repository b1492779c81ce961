/** In the database of CLICKHOUSE_URL, which may hold tables of others. */
export const REQUESTS_TABLE = "keyward_requests";

/**
 * The columns of the log in ClickHouse, with their types. Whole values, unlike in Postgres: whoever asks here knows SQL, and
 * nothing of how a row is kept small there. What a call has not is empty; ClickHouse advises against NULL where that will do.
 */
export const REQUEST_COLUMNS = {
  at: "DateTime64(3, 'UTC')",
  row_id: "UUID",
  request_id: "String",
  environment: "LowCardinality(String)",
  method: "LowCardinality(String)",
  route: "LowCardinality(String)",
  path: "String",
  query: "String",
  status: "UInt16",
  code: "LowCardinality(String)",
  refused_by: "LowCardinality(String)",
  permission: "LowCardinality(String)",
  detail: "String",
  limit_readings: "String",
  limit_share: "Nullable(UInt8)",
  duration_ms: "Float32",
  key_id: "String",
  used_secret: "LowCardinality(String)",
  customers: "Array(String)",
  address: "String",
  network: "String",
  agent: "String",
  request_bytes: "UInt32",
  response_bytes: "UInt32",
  request_headers: "Map(String, String)",
  request_body: "String",
  response_body: "String",
  stands_for: "UInt16",
} as const;

/** A row, by the names of its columns; what is absent is empty. */
export type ClickHouseRequest = { -readonly [Column in keyof typeof REQUEST_COLUMNS]?: unknown };

const DEFAULTS: ClickHouseRequest = { stands_for: 1 };

const definitions = Object.entries(REQUEST_COLUMNS).map(([name, type]) => {
  const initial = DEFAULTS[name as keyof ClickHouseRequest];
  return `  ${name} ${type}${initial === undefined ? "" : ` DEFAULT ${initial}`} CODEC(ZSTD(1))`;
});

/**
 * Makes the table. A day is a partition, so that old ones go as a whole. A block that is sent again is known by its token
 * (`non_replicated_deduplication_window`), and should it be forgotten meanwhile, rows of the same id become one when parts are
 * merged.
 */
export const CREATE_REQUESTS = `CREATE TABLE IF NOT EXISTS ${REQUESTS_TABLE} (
${definitions.join(",\n")},
  INDEX by_request_id request_id TYPE bloom_filter
)
ENGINE = ReplacingMergeTree
PARTITION BY toDate(at)
PRIMARY KEY (environment, key_id, at)
ORDER BY (environment, key_id, at, row_id)
SETTINGS non_replicated_deduplication_window = 1000, ttl_only_drop_parts = 1`;
