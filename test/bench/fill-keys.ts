import postgres from "postgres";

/**
 * Keys like those that are there, of all environments and ages, which nobody has the secrets of: with owners of the team and
 * outside, tags, customers, and every status. They expire after a year, so the oldest have. None may `keys:verify`, and none has
 * the tag "nowhere".
 */
export async function fillKeys(databaseUrl: string, count: number): Promise<void> {
  // On a connection of its own: those of the product end a statement that takes so long.
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  // They grow with time, as all ids do; n counts the minutes since a key was made.
  const id = sql`'key_0' || lpad(to_hex(${count}::int - n), 9, '0') || substr(md5(n::text), 1, 16)`;
  try {
    await sql`
      insert into admins (id, email, name, role, password_hash, created_at, deactivated_at)
      select 'adm_0' || substr(md5('admin' || n), 1, 25), 'admin' || n || '@acme.example', 'Person ' || n, 'viewer', 'none', now(),
        case when n % 10 = 0 then now() end
      from generate_series(1, 50) as n`;
    await sql`
      insert into customers (id, environment, email, created_at, updated_at)
      select 'cus_0' || substr(md5('customer' || n), 1, 25), (array['production', 'staging', 'development'])[1 + n % 3],
        'customer' || n || '@acme.example', now(), now()
      from generate_series(1, 300) as n`;
    // Made anew afterwards, all at once: row by row the words alone would take minutes.
    const indexes = await sql<{ name: string; definition: string }[]>`
      select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
      where indrelid = 'api_keys'::regclass and not indisunique`;
    for (const { name } of indexes) await sql.unsafe(`drop index ${name}`);
    await sql`
      insert into api_keys (id, name, description, environment, digest, pepper_check, masked_key, permissions, customer_scoped,
        rate_limits, tags, owner_id, owner_email, expires_at, revoked_at, revoked_by, last_used_at, created_by, created_at, updated_at)
      select ${id}, 'Integration ' || n, 'Made for a benchmark',
        (array['production', 'staging', 'development'])[1 + n % 3], sha256(n::text::bytea), one.pepper_check,
        'kw_prod_' || substr(md5(n::text), 1, 4) || '…' || substr(md5(n::text), 5, 4),
        case when n % 2 = 0 then array['customers:read'] else array['licenses:read', 'customers:write'] end, n % 100 = 7,
        '{"minute": 60}'::jsonb, case when n % 50 = 0 then array['web-shop'] else '{}' end,
        case when n % 10 = 1 then 'adm_0' || substr(md5('admin' || 1 + n / 10 % 50), 1, 25) end,
        case when n % 10 = 1 then 'admin' || 1 + n / 10 % 50 || '@acme.example' when n % 10 = 0 then 'owner' || n % 100 || '@acme.example' end,
        case when n % 5 = 0 then now() + interval '1 year' - n * interval '1 minute' end,
        case when n % 19 = 0 then now() - interval '1 day' end, case when n % 19 = 0 then 'somebody' end,
        case when n % 7 > 1 then now() - (n % 200) * interval '1 day' end,
        'bench', now() - n * interval '1 minute', now()
      from generate_series(${count}::int, 1, -1) as n, (select pepper_check from api_keys limit 1) one`;
    await sql`
      insert into api_key_customers (key_id, customer_id, environment)
      select ${id}, 'cus_0' || substr(md5('customer' || n % 300), 1, 25),
        (array['production', 'staging', 'development'])[1 + n % 3]
      from generate_series(7, ${count}::int, 100) as n where n % 300 > 0`;
    for (const { definition } of indexes) await sql.unsafe(definition);
    // As autovacuum would leave it.
    await sql`vacuum analyze api_keys, api_key_customers, customers, admins`;
  } finally {
    await sql.end();
  }
}
