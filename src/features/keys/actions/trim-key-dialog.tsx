"use client";

import { Minus, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogFooter } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import type { KeyView } from "@/contracts/keys";
import type { Trim } from "@/contracts/usage";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { permissionLabel } from "../permission-groups";
import { PermissionReplayText } from "../replay-text";

interface TrimKeyDialogProps {
  apiKey: KeyView;
  onClose: () => void;
}

/** Proposes the permissions that a key really needs, proves that they suffice, and puts them in place. */
export function TrimKeyDialog({ apiKey, onClose }: TrimKeyDialogProps) {
  const trim = trpc.usage.trim.useQuery({ id: apiKey.id });
  const update = trpc.keys.update.useMutation();
  const refresh = useRefresh("keys");
  const proposed = trim.data && changesOf(trim.data);
  const apply = (permissions: string[]) =>
    update.mutate(
      { id: apiKey.id, permissions },
      {
        onSuccess(key) {
          refresh();
          toast({ text: `Trimmed “${key.name}”. It applies from the next call on.` });
          onClose();
        },
      },
    );
  return (
    <Dialog open onOpenChange={(open) => !open && !update.isPending && onClose()}>
      <DialogContent title={`Trim ${apiKey.name}`} size="sm">
        <div className="mt-2 min-h-32 space-y-3 text-ink-2">
          {trim.error && <ErrorNotice error={trim.error} onRetry={() => void trim.refetch()} />}
          {trim.isPending && <Skeleton className="mt-4 w-64" />}
          {trim.data && <Proposal trim={trim.data} />}
        </div>
        {update.error && <ErrorNotice error={update.error} className="mt-4" />}
        <DialogFooter>
          <Button onClick={onClose} aria-disabled={update.isPending}>
            {proposed ? "Cancel" : "Close"}
          </Button>
          {proposed && (
            <Button variant="primary" pending={update.isPending} onClick={() => apply(proposed)}>
              Trim permissions
            </Button>
          )}
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}

/** The proposal, if it is another set than the key has. */
function changesOf({ proposed, removed }: Trim): string[] | null {
  return proposed && removed.length > 0 ? proposed : null;
}

function Proposal({ trim }: { trim: Trim }) {
  if (trim.verified) {
    return (
      <p>
        This key was last used by a service that asked Keyward about it. Which permissions such services ask
        for is not counted for the key, so there is no set to propose. Choose in Edit what it is to keep.
      </p>
    );
  }
  if (trim.proposed === null) {
    return (
      <p>
        Nothing that this key did in the last 30 days took a permission of Keyward’s, so there is no set to
        propose. Choose in Edit what it is to keep, or revoke the key.
      </p>
    );
  }
  if (trim.removed.length === 0) {
    return <p>This key exercised all it may do in the last 30 days. There is nothing to trim.</p>;
  }
  return (
    <>
      <p>The key keeps what it exercised in the last 30 days, and no more.</p>
      <ul className="divide-y rounded-lg border text-ink">
        {trim.removed.map((permission) => (
          <Line key={permission} icon={<Minus aria-hidden className="size-4 text-bad" />} word="Removes">
            {permission}
          </Line>
        ))}
        {trim.added.map((permission) => (
          <Line
            key={permission}
            icon={<Plus aria-hidden className="size-4 text-ok" />}
            word="Puts in its place"
          >
            {permission}
          </Line>
        ))}
      </ul>
      <PermissionReplayText value={trim.replay} />
    </>
  );
}

function Line({ icon, word, children }: { icon: ReactNode; word: string; children: string }) {
  return (
    <li className="flex items-center gap-2 px-3 py-1.5">
      {icon}
      <span className="sr-only">{word}</span>
      {permissionLabel(children)} <span className="mono ml-auto text-ink-3 text-xs">{children}</span>
    </li>
  );
}
