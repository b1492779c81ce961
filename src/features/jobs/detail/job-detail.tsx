"use client";

import { Download } from "lucide-react";
import { useRouter } from "next/navigation";
import { CopyField } from "@/components/copy-field";
import { DetailSkeleton } from "@/components/detail-skeleton";
import { EnvironmentBadge } from "@/components/environment-badge";
import { ErrorNotice } from "@/components/error-notice";
import { PageHeader } from "@/components/page-header";
import { RecordNotFound } from "@/components/record-not-found";
import { useRole, useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import type { Id } from "@/contracts/ids";
import { isActiveJob, type JobDetails } from "@/contracts/jobs";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { resultHref } from "../job-abilities";
import { JobActionButtons } from "../job-action-buttons";
import { JobFailure, JobProgress, JobStatusBadge, jobTypeLabel } from "../job-status";
import { jobInterval } from "../live";
import { ImportOutcome } from "./import-outcome";
import { JobAsked, JobFacts } from "./job-facts";

/** Everything about one job, and what can be done to it. Keeps up by itself until the job has ended. */
export function JobDetail({ id }: { id: Id<"job"> }) {
  const router = useRouter();
  const { role } = useSession().admin;
  const found = trpc.jobs.get.useQuery({ id }, { refetchInterval: ({ state }) => jobInterval(state.data) });
  const job = found.data;
  // Also where it is still shown: somebody has deleted it meanwhile.
  if (describeError(found.error).code === "not_found") return <JobNotFound />;
  if (!job) {
    if (found.error) return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />;
    return <JobDetailSkeleton />;
  }
  return (
    <>
      <Header value={job} onDeleted={() => router.push("/jobs")} />
      {found.error && (
        <ErrorNotice error={found.error} onRetry={() => void found.refetch()} className="mb-4" />
      )}
      {/* The facts come first on a phone, and stand at the right on a wide screen. */}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(340px,1fr)]">
        <JobFacts job={job} className="lg:order-2" />
        <div className="min-w-0 space-y-4">
          <ProgressCard value={job} />
          {job.error && <FailureCard value={job} />}
          {job.type === "customers.import" && resultHref(job, role) && <ImportOutcome id={job.id} />}
          <JobAsked value={job} />
        </div>
      </div>
    </>
  );
}

function Header({ value, onDeleted }: { value: JobDetails; onDeleted: () => void }) {
  const result = resultHref(value, useRole(value.environment));
  return (
    <PageHeader
      breadcrumb={[{ label: "Background Jobs", href: "/jobs" }]}
      title={jobTypeLabel(value)}
      badge={
        <span role="status">
          <JobStatusBadge value={value} />
        </span>
      }
      sub={
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <EnvironmentBadge value={value.environment} />
          <CopyField value={value.id} label="job id" />
        </div>
      }
      actions={
        <>
          {result && (
            <Button asChild variant="primary">
              <a href={result} download>
                <Download aria-hidden />
                Download result
              </a>
            </Button>
          )}
          <JobActionButtons job={value} onDeleted={onDeleted} />
        </>
      }
    />
  );
}

function ProgressCard({ value }: { value: JobDetails }) {
  return (
    <Card aria-label="Progress">
      <CardContent>
        <JobProgress value={value} />
      </CardContent>
    </Card>
  );
}

/** An error of a job that waits or runs is that of its last attempt. */
function FailureCard({ value }: { value: JobDetails }) {
  return (
    <Card aria-labelledby="job-error">
      <CardHeader>
        <CardTitle id="job-error">{isActiveJob(value) ? "The last attempt failed" : "Error"}</CardTitle>
      </CardHeader>
      <CardContent>
        <JobFailure value={value} folded={false} />
      </CardContent>
    </Card>
  );
}

/** The place of a job's page while the server reads it. */
export function JobDetailSkeleton() {
  return (
    <DetailSkeleton className="lg:grid-cols-[minmax(0,2fr)_minmax(340px,1fr)]">
      <Card className="h-15" />
      <Card className="h-36" />
    </DetailSkeleton>
  );
}

/** There is no job with this id. */
export function JobNotFound() {
  return <RecordNotFound noun="job" nouns="jobs" list={{ label: "Background Jobs", href: "/jobs" }} />;
}
