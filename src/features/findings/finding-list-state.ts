import { listFindingsSchema } from "@/contracts/schemas/findings";
import { defineListState } from "@/lib/list-state";
import type { ListStateOf } from "@/lib/use-list-state";

/** The findings, in the address bar. */
export const findingList = defineListState(listFindingsSchema, { filters: ["kinds", "severities", "muted"] });

export type FindingListState = ListStateOf<typeof findingList>;
