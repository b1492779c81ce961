import { type Metadata, type MetadataPatch, patchedMetadata } from "@/contracts/schemas/metadata";
import { invalidField } from "@/server/core/errors";

/**
 * Metadata after a merge patch.
 * @throws AppError validation_failed at `metadata` where the two together are more than a record can have
 */
export function mergedMetadata(present: Metadata, patch: MetadataPatch): Metadata {
  const merged = patchedMetadata(present, patch);
  if (typeof merged === "string") throw invalidField("metadata", merged, "custom");
  return merged;
}
