import type { ListFindingsInput } from "@/contracts/findings";

/** What the address bar says about the list; the environment comes from the top bar. */
export type FindingListQuery = Required<Omit<ListFindingsInput, "environment" | "keyId">>;

/** No filter at all. */
export const NO_FINDING_FILTERS: Pick<FindingListQuery, "kinds" | "severities" | "muted"> = {
  kinds: [],
  severities: [],
  muted: false,
};

/** Whether anything but the environment keeps findings out of the list. */
export function isNarrowed({ kinds, severities, muted }: FindingListQuery): boolean {
  return kinds.length + severities.length > 0 || muted;
}
