"use client";

import { EnvironmentBadge } from "@/components/environment-badge";
import { Link } from "@/components/link";
import { PageHeader } from "@/components/page-header";
import { useRole } from "@/components/session-context";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import type { KeyView } from "@/contracts/keys";
import { actionsFor, KEY_ACTIONS, type KeyAction } from "../key-abilities";
import { KeyStatusBadge, KeyStatusNotes } from "../key-status";

interface KeyHeaderProps {
  apiKey: KeyView;
  onAction: (action: KeyAction) => void;
}

/** Which key this is, and the everyday actions. Deleting is not among them: it stands in the danger zone. */
export function KeyHeader({ apiKey, onAction }: KeyHeaderProps) {
  const actions = actionsFor(apiKey, useRole(apiKey.environment)).filter((action) => action !== "delete");
  return (
    <PageHeader
      breadcrumb={[{ label: "API Keys", href: "/api-keys" }]}
      title={apiKey.name}
      badge={
        <>
          <KeyStatusBadge value={apiKey} />
          <KeyStatusNotes value={apiKey} className="text-sm text-warn" />
        </>
      }
      sub={
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <EnvironmentBadge value={apiKey.environment} />
          <span className="mono">{apiKey.maskedKey}</span>
          <span>
            created by {apiKey.createdBy}, <Timestamp value={apiKey.createdAt} />
          </span>
        </div>
      }
      actions={
        <>
          <Button asChild>
            <Link href={`/explain?keyId=${apiKey.id}&endpoint=${apiKey.environment}`}>Explain a call</Link>
          </Button>
          {actions.map((action) => (
            <Button
              key={action}
              variant={action === "revoke" ? "danger" : "outline"}
              onClick={() => onAction(action)}
            >
              {KEY_ACTIONS[action]}
            </Button>
          ))}
        </>
      }
    />
  );
}
