-- Searches of the public API. Row-level security has every condition that could tell of a row wait until the policy has
-- judged it, and takes only operators that are marked as leakproof to an index before that. Neither LIKE nor lower() is,
-- and only a superuser could mark them. So a search that found nothing read each row of its environment: a third of a
-- second among 400,000, as often as a key liked. These functions do the part that the index can serve, with the rights of
-- the owner, for the environment of the session, and give away ids alone; what is read by those ids, row-level security
-- judges as ever. Who may call them is said in isolation.sql, which also makes api_environment().

-- The ids of the rows of the session's environment that contain the pattern, whatever the case. Null where an index is of
-- no use: the pattern has no three letters in a row, or is so frequent that a list soon has its page (one in twenty of the
-- newest thousand contains it, or more than a thousand of all do).
CREATE FUNCTION search_candidates(source text, pattern text) RETURNS text[]
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  SET enable_seqscan = off SET enable_bitmapscan = on AS $$
DECLARE
  own CONSTANT text := api_environment();
  folded CONSTANT text := fold(pattern);
  most CONSTANT integer := 1000;
  frequent integer;
  found text[];
BEGIN
  IF pattern !~ '[[:alnum:]]{3}' THEN
    RETURN NULL;
  END IF;
  -- MATERIALIZED, and the environment outside: the planner, who does not know the pattern, is left the one way.
  CASE source
    WHEN 'customers' THEN
      SELECT count(*) INTO frequent FROM (
        SELECT email || ' ' || coalesce(name, '') AS searched FROM customers
        WHERE environment = own ORDER BY id DESC LIMIT 1000
      ) AS newest WHERE fold(searched) LIKE folded;
      IF frequent >= 50 THEN
        RETURN NULL;
      END IF;
      WITH hits AS MATERIALIZED (
        SELECT id, environment FROM customers WHERE fold(email || ' ' || coalesce(name, '')) LIKE folded
      ) SELECT array_agg(id) INTO found FROM (SELECT id FROM hits WHERE environment = own LIMIT most + 1) AS own_hits;
    WHEN 'licenses' THEN
      SELECT count(*) INTO frequent FROM (
        SELECT key || ' ' || product AS searched FROM licenses
        WHERE environment = own ORDER BY id DESC LIMIT 1000
      ) AS newest WHERE fold(searched) LIKE folded;
      IF frequent >= 50 THEN
        RETURN NULL;
      END IF;
      WITH hits AS MATERIALIZED (
        SELECT id, environment FROM licenses WHERE fold(key || ' ' || product) LIKE folded
      ) SELECT array_agg(id) INTO found FROM (SELECT id FROM hits WHERE environment = own LIMIT most + 1) AS own_hits;
  END CASE;
  RETURN CASE WHEN coalesce(cardinality(found), 0) <= most THEN coalesce(found, '{}') END;
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION search_candidates(text, text) FROM PUBLIC;
--> statement-breakpoint
-- The id of the customer of the session's environment with this e-mail; null: none has it.
CREATE FUNCTION customer_with_email(address text) RETURNS text
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN (SELECT id FROM customers WHERE environment = api_environment() AND lower(email) = lower(address COLLATE "C"));
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION customer_with_email(text) FROM PUBLIC;
