"use client";

import { TableSkeleton } from "@/components/list-skeleton";
import { PageHeader } from "@/components/page-header";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { JOB_COLUMNS } from "./job-columns";

/** The head of the page. */
export const JOBS_HEADING = {
  title: "Background Jobs",
  sub: "Work that keys and administrators have started. It goes on when nobody looks.",
};

/** Holds the place of the figures. */
export function JobStatsSkeleton() {
  return (
    <div className="mb-6 grid gap-2 sm:grid-cols-3 sm:gap-4" aria-busy>
      {["one", "two", "three"].map((card) => (
        <Card key={card} className="h-20 px-4 py-3 sm:h-22.5 sm:p-4">
          <Skeleton className="mt-1 w-24" />
          <Skeleton className="mt-4 h-6 w-12" />
        </Card>
      ))}
    </div>
  );
}

/** Holds the place of the page while the server draws it. */
export function JobsSkeleton() {
  return (
    <>
      <PageHeader {...JOBS_HEADING} />
      <JobStatsSkeleton />
      <h2 className="mb-2 font-medium">Active</h2>
      <Card className="mb-6 h-11.5" />
      <h2 className="mb-2 font-medium">History</h2>
      <div className="mb-3 h-8" />
      <TableSkeleton label="Jobs" columns={JOB_COLUMNS} />
    </>
  );
}
