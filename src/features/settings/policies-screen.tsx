"use client";

import { ErrorNotice } from "@/components/error-notice";
import { PageHeader } from "@/components/page-header";
import { trpc } from "@/trpc/client";
import { PolicySection } from "./policy-section";
import { SectionsSkeleton } from "./section";

const HEADING = {
  title: "Key policies",
  sub: "What keys of each environment must be like. Each change is in Audit.",
};

/** The policies of the environments that somebody has a role in, a section each. */
export function PoliciesScreen() {
  const policies = trpc.policies.list.useQuery();
  return (
    <>
      <PageHeader {...HEADING} />
      {policies.error && <ErrorNotice error={policies.error} onRetry={() => void policies.refetch()} />}
      {policies.data?.map((policy) => (
        <PolicySection key={policy.environment} policy={policy} />
      ))}
    </>
  );
}

const CARD = "h-280 sm:h-190";

/** Holds the place of the page while the server draws it. */
export function PoliciesSkeleton() {
  return (
    <SectionsSkeleton
      heading={HEADING}
      sections={[
        { id: "production", title: "w-24", words: "h-17", card: CARD },
        { id: "staging", title: "w-16", words: "h-17", card: CARD },
        { id: "development", title: "w-28", words: "h-17", card: CARD },
      ]}
    />
  );
}
