import Link from "next/link";
import { Badge } from "@/components/badge";
import { EnvironmentBadge } from "@/components/environment-badge";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import type { RequestExplanation } from "@/contracts/explain";
import { statusTone } from "../log-cells";
import { type CallQuery, callOf } from "./explain-query";

const LINK = "text-accent hover:underline";

interface LoggedCallProps {
  call: RequestExplanation;
  callHref: (call: CallQuery) => string;
}

/** Which call it was, and where to go on with it. */
export function LoggedCall({ call, callHref }: LoggedCallProps) {
  const { status, environment, method, path, address, requestId } = call;
  const changeable = callOf(call);
  return (
    <div className="space-y-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={statusTone(status)} className="tabular-nums">
          {status}
        </Badge>
        <EnvironmentBadge value={environment} label={ENVIRONMENT_DETAILS[environment].label} />
        <span className="text-ink-2">
          from <span className="mono">{address ?? "an unknown address"}</span>
        </span>
        <span className="ml-auto flex gap-4">
          {changeable && (
            <Link href={callHref(changeable)} className={LINK}>
              Change and ask
            </Link>
          )}
          <Link href={`/logs?request=${requestId}&env=all`} className={LINK}>
            In Logs
          </Link>
        </span>
      </div>
      <p className="mono break-all">
        {method} {path}
      </p>
    </div>
  );
}
