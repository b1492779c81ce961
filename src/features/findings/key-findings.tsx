"use client";

import { ErrorNotice } from "@/components/error-notice";
import { useMay } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { FINDINGS } from "@/contracts/findings";
import type { Id } from "@/contracts/ids";
import { trpc } from "@/trpc/client";
import { FindingActionLink, FindingEvidenceText, FindingSeverityBadge } from "./finding-parts";
import { useMute } from "./mute-finding";

/** What was found about one key. Absent where that is nothing. */
export function KeyFindings({ id }: { id: Id<"key"> }) {
  const mayManage = useMay("keys:manage");
  const mute = useMute();
  const findings = trpc.findings.list.useQuery({ keyId: id });
  const found = findings.data?.data ?? [];
  return (
    <>
      {findings.error && (
        <ErrorNotice
          error={findings.error}
          message="What was found about this key could not be read."
          onRetry={() => void findings.refetch()}
        />
      )}
      {found.length > 0 && (
        <Card aria-labelledby="findings-title">
          <CardHeader>
            <CardTitle id="findings-title">Findings</CardTitle>
          </CardHeader>
          <ul>
            {found.map((finding) => (
              <li
                key={finding.id}
                className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 border-b px-4 py-2.5 last:border-b-0"
              >
                <div className="min-w-0 flex-1 basis-72">
                  <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
                    <FindingSeverityBadge value={FINDINGS[finding.evidence.kind].severity} />
                    <span className="font-medium">{FINDINGS[finding.evidence.kind].label}</span>
                  </p>
                  <p className="mt-0.5 text-pretty">
                    <FindingEvidenceText value={finding.evidence} />.
                  </p>
                  <p className="text-pretty text-ink-2 text-sm">{FINDINGS[finding.evidence.kind].meaning}</p>
                </div>
                <span className="flex gap-1">
                  {mayManage && (
                    <Button variant="ghost" size="sm" onClick={() => mute.ask(finding)}>
                      Mute
                    </Button>
                  )}
                  <FindingActionLink finding={finding} />
                </span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {mute.dialog}
    </>
  );
}
