"use client";

import { ColumnChartSkeleton } from "@/components/column-chart";
import { TableSkeleton } from "@/components/list-skeleton";
import { PageHeader } from "@/components/page-header";
import { Card, CardContent } from "@/components/ui/card";
import { LOG_COLUMNS } from "./log-columns";

/** The head of the log's page. */
export const LOGS_HEADING = { title: "Logs", sub: "Every call to the public API, admitted or refused." };

/** Holds the place of the log while the server draws it. */
export function LogListSkeleton() {
  return (
    <>
      <PageHeader {...LOGS_HEADING} />
      <div className="mb-3 h-18" />
      <Card className="mb-3">
        <CardContent>
          <ColumnChartSkeleton />
        </CardContent>
      </Card>
      <TableSkeleton label="Calls" columns={LOG_COLUMNS} />
    </>
  );
}
