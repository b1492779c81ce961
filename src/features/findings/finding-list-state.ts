import { FINDING_KINDS, FINDING_SEVERITY_NAMES } from "@/contracts/findings";
import { off, someOf } from "@/lib/address-field";
import { defineListState } from "@/lib/list-state";
import type { ListStateOf } from "@/lib/use-list-state";

/** The findings, in the address bar. */
export const findingList = defineListState({
  filters: { kinds: someOf(FINDING_KINDS), severities: someOf(FINDING_SEVERITY_NAMES), muted: off },
});

export type FindingListState = ListStateOf<typeof findingList>;
