-- Beside "limits", which rows keep that are there: their days are dropped one by one.
ALTER TABLE "requests" ADD COLUMN "limit_readings" text;