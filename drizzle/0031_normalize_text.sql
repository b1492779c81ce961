-- Texts are stored in one form (NFC, Unicode Standard Annex 15) since contracts/text.ts cleans them; rows from before have
-- whatever form they came in. A search for the one does not find the other, and a device whose identifier is stored
-- decomposed would count as another one. The audit and the log stay as they are: they say what was sent at the time, and the
-- hashes of the audit's chain are made of it.
UPDATE customers SET name = normalize(name, NFC) WHERE name IS NOT NFC NORMALIZED;
--> statement-breakpoint
UPDATE api_keys SET name = normalize(name, NFC), description = normalize(description, NFC)
  WHERE name IS NOT NFC NORMALIZED OR description IS NOT NFC NORMALIZED;
--> statement-breakpoint
UPDATE licenses
  SET product = normalize(product, NFC),
      features = ARRAY(
        SELECT normalize(feature, NFC) FROM unnest(features) WITH ORDINALITY AS listed (feature, place)
        GROUP BY 1 ORDER BY min(place)
      )
  WHERE product IS NOT NFC NORMALIZED
    OR EXISTS (SELECT FROM unnest(features) AS feature WHERE feature IS NOT NFC NORMALIZED);
--> statement-breakpoint
-- A licence has each identifier once among its active ones (activations_active_key). Where a device was activated in both
-- forms, the one that is composed already, or else the older one, has the identifier from now on; the other keeps its old
-- spelling and its place in the limit, until somebody deactivates it: a migration ends nobody's activation.
UPDATE activations SET identifier = normalize(identifier, NFC)
  WHERE identifier IS NOT NFC NORMALIZED
    AND (deactivated_at IS NOT NULL OR NOT EXISTS (
      SELECT FROM activations AS other
      WHERE other.license_id = activations.license_id AND other.id <> activations.id AND other.deactivated_at IS NULL
        AND normalize(other.identifier, NFC) = normalize(activations.identifier, NFC)
        AND (other.identifier IS NFC NORMALIZED OR other.id < activations.id)
    ));
