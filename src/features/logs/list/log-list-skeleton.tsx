"use client";

import { ColumnChartSkeleton } from "@/components/column-chart";
import { DataTable } from "@/components/data-table";
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
      <DataTable label="Calls" columns={LOG_COLUMNS} rows={[]} rowKey={({ entry }) => entry} loading />
    </>
  );
}
