import type { z } from "zod";
import { Badge } from "@/components/badge";
import { EnvironmentBadge } from "@/components/environment-badge";
import { KeyValue } from "@/components/key-value";
import { Link } from "@/components/link";
import { recordedLabel, recordedText } from "@/components/recorded-words";
import { useSession } from "@/components/session-context";
import { RelativeText } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { toastFailure } from "@/components/ui/toast";
import {
  APPROVAL_KINDS,
  APPROVAL_STATUSES,
  type ApprovalStatus,
  type ListedApproval,
} from "@/contracts/approvals";
import type { RevealedKey } from "@/contracts/keys";
import type { updateKeySchema } from "@/contracts/schemas/keys";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import type { AskedDecision } from "./approval-dialogs";

const TONES = {
  asked: "warn",
  approved: "ok",
  done: "idle",
  refused: "bad",
  withdrawn: "idle",
  expired: "idle",
} as const satisfies Record<ApprovalStatus, string>;

interface ApprovalRowProps {
  approval: ListedApproval;
  onDecide: (asked: AskedDecision) => void;
  onRevealed: (revealed: RevealedKey) => void;
}

/** One thing that was asked for: what, by whom, and what can be done about it. */
export function ApprovalRow({ approval, onDecide, onRevealed }: ApprovalRowProps) {
  const { kind, environment, status, keyId, keyName, requestedBy, requestedAt } = approval;
  return (
    <li aria-label={keyName} className="px-4 py-3">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-72">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            {keyId ? (
              <Link
                href={`/api-keys/${keyId}`}
                className="min-w-0 break-words font-medium text-accent hover:underline"
              >
                {keyName}
              </Link>
            ) : (
              <span className="min-w-0 break-words font-medium">{keyName}</span>
            )}
            <EnvironmentBadge value={environment} />
            <Badge tone={TONES[status]}>{APPROVAL_STATUSES[status].label}</Badge>
          </p>
          <p className="mt-0.5 text-pretty text-ink-2 text-sm">
            {APPROVAL_KINDS[kind].label}, asked for by {requestedBy} <RelativeText value={requestedAt} />.{" "}
            <Decision approval={approval} />
          </p>
        </div>
        <Actions approval={approval} onDecide={onDecide} onRevealed={onRevealed} />
      </div>
      <AskedFor approval={approval} />
    </li>
  );
}

function Decision({
  approval: { status, expiresAt, decidedBy, reason, requestedBy, requesterMay },
}: Pick<ApprovalRowProps, "approval">) {
  switch (status) {
    case "asked":
      if (!requesterMay)
        return <>{requestedBy} may no longer manage keys there, so it can only be refused.</>;
      return (
        <>
          Expires <RelativeText value={expiresAt} />.
        </>
      );
    case "approved":
      return (
        <>
          Approved by {decidedBy}. The approval expires <RelativeText value={expiresAt} />.
        </>
      );
    case "done":
      return <>Approved by {decidedBy}.</>;
    case "refused":
      return (
        <>
          Refused by {decidedBy}
          {reason ? `: “${reason}”` : ""}.
        </>
      );
    case "expired":
      return decidedBy ? <>Approved by {decidedBy}, and never revealed.</> : <>Nobody has decided in time.</>;
    default:
      return null;
  }
}

function Actions({ approval, onDecide, onRevealed }: ApprovalRowProps) {
  const isOwn = useSession().admin.id === approval.requestedById;
  const refresh = useRefresh("approvals");
  const reveal = trpc.approvals.reveal.useMutation({ onError: toastFailure, onSettled: refresh });
  const { id, status } = approval;
  if (!APPROVAL_STATUSES[status].open) return null;
  const show = async () => {
    const revealed = await reveal.mutateAsync({ id }).catch(() => null);
    if (!revealed) return;
    // The answer carries the secret, and this row stays.
    reveal.reset();
    onRevealed(revealed);
  };
  return (
    <div className="flex flex-wrap gap-2">
      {isOwn ? (
        <>
          <Button onClick={() => onDecide({ decision: "withdraw", approval })}>Withdraw</Button>
          {status === "approved" && (
            <Button variant="primary" pending={reveal.isPending} onClick={() => void show()}>
              Reveal secret
            </Button>
          )}
        </>
      ) : (
        <>
          <Button onClick={() => onDecide({ decision: "refuse", approval })}>Refuse</Button>
          {status === "asked" && approval.requesterMay && (
            <Button variant="primary" onClick={() => onDecide({ decision: "approve", approval })}>
              Approve
            </Button>
          )}
        </>
      )}
    </div>
  );
}

/** What of a key can be asked for, what matters most first. */
const FIELDS = [
  "name",
  "permissions",
  "rateLimits",
  "expiresAt",
  "customers",
  "ipAllowlist",
  "allowedOrigins",
  "managesKeys",
  "grantsKeyManagement",
  "owner",
  "tags",
  "description",
] as const satisfies (keyof z.output<typeof updateKeySchema>)[];

/** What the key would be, or what would change, in the words of its page. */
export function AskedFor({ approval: { kind, input, needed } }: Pick<ApprovalRowProps, "approval">) {
  if (kind === "reactivate") return null;
  const items = FIELDS.filter((name) => name in input)
    // What a new key has by default says nothing; its name stands above.
    .filter((name) => kind === "update" || (name !== "name" && !isEmpty(input[name])))
    .map((name) => ({ label: recordedLabel("key", name), value: recordedText("key", name, input[name]) }));
  return (
    <details className="mt-2 text-sm">
      <summary className="w-fit cursor-pointer text-ink-2 hover:text-ink">
        {kind === "create" ? "What it would be" : "What would change"}
      </summary>
      <KeyValue
        className="mt-2"
        items={[...items, { label: "Takes approval", value: recordedText("approval", "needed", needed) }]}
      />
    </details>
  );
}

function isEmpty(value: unknown): boolean {
  return value === "" || (Array.isArray(value) && value.length === 0);
}
