"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";
import { DetailSkeleton } from "@/components/detail-skeleton";
import { ErrorNotice } from "@/components/error-notice";
import { Note } from "@/components/note";
import { onDemand } from "@/components/on-demand";
import { QuickStart } from "@/components/quick-start";
import { useRole, useSession } from "@/components/session-context";
import { RelativeText } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import type { Id } from "@/contracts/ids";
import type { KeyView } from "@/contracts/keys";
import { roleIn } from "@/contracts/roles";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import {
  type AskedAction,
  actionsFor,
  grantsNothing,
  isOffered,
  KEY_ACTIONS,
  type KeyAction,
} from "../key-abilities";
import { KeyRotation } from "../rotation/key-rotation";
import { KeyFacts } from "./key-facts";
import { KeyHeader } from "./key-header";
import { KeyPermissions } from "./key-permissions";
import { MadeNote } from "./made-note";
import { MissingKey } from "./missing-key";

const KeyActionDialogs = onDemand(() =>
  import("../actions/key-action-dialogs").then((module) => module.KeyActionDialogs),
);

/** How old "last used" and the fill of the limits may get while somebody watches. */
const REFRESH_MS = 10_000;

interface KeyDetailProps {
  id: Id<"key">;
  /** The action that the address asked for; taken up once, and told so. */
  linked: KeyAction | null;
  onLinked: () => void;
  /** Belong to others, so the page hands them in. */
  findings: ReactNode;
  usage: ReactNode;
  calls: ReactNode;
  jobs: ReactNode;
  history: ReactNode;
}

/** Everything about one key, and what can be done to it. */
export function KeyDetail({ id, linked, onLinked, findings, usage, calls, jobs, history }: KeyDetailProps) {
  const router = useRouter();
  const [asked, setAsked] = useState<AskedAction | null>(null);
  const found = trpc.keys.get.useQuery({ id }, { refetchInterval: REFRESH_MS });
  const key = found.data;
  const { admin } = useSession();
  useEffect(() => {
    if (linked === null || !key) return;
    if (isOffered(linked, key, roleIn(admin, key.environment))) setAsked({ action: linked, key });
    onLinked();
  }, [linked, onLinked, key, admin]);
  // Also where it is still shown: somebody has deleted it meanwhile.
  if (describeError(found.error).code === "not_found")
    return <MissingKey id={id} calls={calls} history={history} />;
  if (!key) {
    if (found.error) return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />;
    return <KeyDetailSkeleton />;
  }
  const ask = (action: AskedAction["action"]) => setAsked({ action, key });
  return (
    <>
      <KeyHeader apiKey={key} onAction={ask} />
      {found.error && (
        <ErrorNotice error={found.error} onRetry={() => void found.refetch()} className="mb-4" />
      )}
      <KeyNotes apiKey={key} />
      {key.status !== "active" && (
        <MadeNote id={key.id} name={key.name} environment={key.environment} status={key.status} />
      )}
      {/* The facts come first on a phone, and stand at the right on a wide screen. */}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(300px,1fr)]">
        <KeyFacts apiKey={key} refreshMs={REFRESH_MS} className="lg:order-2" />
        <div className="min-w-0 space-y-4">
          <KeyRotation apiKey={key} onEnd={() => ask("endOverlap")} />
          {findings}
          {usage}
          <KeyPermissions value={key} refreshMs={REFRESH_MS} onTrim={() => ask("trim")} />
          {calls}
          {jobs}
          <KeyQuickStart apiKey={key} />
          {history}
          <DangerZone apiKey={key} onAction={ask} />
        </div>
      </div>
      {asked && (
        <KeyActionDialogs
          asked={asked}
          onClose={() => setAsked(null)}
          onDeleted={() => router.push("/api-keys")}
        />
      )}
    </>
  );
}

/** The place of a key's page while the server reads it. */
export function KeyDetailSkeleton() {
  return (
    <DetailSkeleton className="lg:grid-cols-[minmax(0,2fr)_minmax(300px,1fr)]">
      <Card className="h-96.5" />
      <Card className="h-56" />
    </DetailSkeleton>
  );
}

/** What whoever looks at this key should know before anything else. Mostly nothing. */
function KeyNotes({ apiKey }: { apiKey: KeyView }) {
  return (
    <>
      {apiKey.revokedAt && (
        <Note className="mb-4 border">
          Revoked <RelativeText value={apiKey.revokedAt} />
          {apiKey.revokedBy && ` by ${apiKey.revokedBy}`}
          {apiKey.revokedReason && `: “${apiKey.revokedReason}”`}. Calls get 401{" "}
          <code className="mono">key_revoked</code>.
        </Note>
      )}
      {apiKey.status === "expired" && (
        <Note className="mb-4 border">
          Calls get 401 <code className="mono">key_expired</code>. Set a later expiry to make the same secret
          work again.
        </Note>
      )}
      {grantsNothing(apiKey) && (
        <Note tone="warn" className="mb-4">
          This key is restricted to customers that are all gone, so it can do nothing. Edit it to choose
          customers again.
        </Note>
      )}
    </>
  );
}

/** How the key is called, for whoever integrates it later; the secret was shown once and is not here. */
function KeyQuickStart({ apiKey }: { apiKey: KeyView }) {
  return (
    <Card aria-labelledby="quick-start-title">
      <CardHeader>
        <CardTitle id="quick-start-title">Quick start</CardTitle>
      </CardHeader>
      <CardContent>
        <QuickStart environment={apiKey.environment} secret={null} />
      </CardContent>
    </Card>
  );
}

interface DangerZoneProps {
  apiKey: KeyView;
  onAction: (action: KeyAction) => void;
}

/** What cannot be taken back. Absent for those who may only look. */
function DangerZone({ apiKey, onAction }: DangerZoneProps) {
  const actions = actionsFor(apiKey, useRole(apiKey.environment));
  if (actions.length === 0) return null;
  const mayDelete = actions.includes("delete");
  return (
    <Card aria-labelledby="danger-title" className="border-bad/40">
      <CardHeader>
        <CardTitle id="danger-title">Danger zone</CardTitle>
      </CardHeader>
      <CardContent className="flex flex-wrap items-center justify-between gap-3">
        <p className="min-w-0 flex-1 basis-64 text-pretty text-ink-2">
          {mayDelete
            ? "Deleting destroys the secret for good. Logs, audit and what the key has made keep its id and name."
            : "An active key cannot be deleted. Revoke it first and see that nothing misses it: that can be undone."}
        </p>
        {mayDelete && (
          <Button variant="danger" onClick={() => onAction("delete")}>
            {KEY_ACTIONS.delete}
          </Button>
        )}
      </CardContent>
    </Card>
  );
}
