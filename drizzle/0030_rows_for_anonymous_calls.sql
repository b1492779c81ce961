-- A setting of the request log under the field's own word. What was set goes on under the new name; in Audit the old one
-- stays, as nothing there is ever rewritten.
UPDATE "settings"
SET "value" = ("value" - 'strangerRowsPerMinute') || jsonb_build_object('anonymousRowsPerMinute', "value" -> 'strangerRowsPerMinute')
WHERE "name" = 'requestLog' AND "value" ? 'strangerRowsPerMinute';
