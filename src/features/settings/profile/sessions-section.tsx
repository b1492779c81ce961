"use client";

import { MonitorSmartphone } from "lucide-react";
import { useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorNotice } from "@/components/error-notice";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { toast, toastFailure } from "@/components/ui/toast";
import type { SessionView } from "@/contracts/sessions";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { SettingsSection } from "../section";

/** Where one is signed in, and the way to end what is not one's own doing. */
export function SessionsSection() {
  const sessions = trpc.profile.sessions.useQuery();
  const [asking, setAsking] = useState(false);
  const others = sessions.data?.filter(({ isCurrent }) => !isCurrent).length ?? 0;
  return (
    <SettingsSection
      id="sessions"
      title="Sessions"
      description={
        <>
          <p>
            The browsers in which you are signed in. Signing one out holds for its next request, for every
            copy of its cookie.
          </p>
          <p>One that you do not know: sign it out, and change your password.</p>
        </>
      }
    >
      {sessions.error ? (
        <CardContent>
          <ErrorNotice error={sessions.error} onRetry={() => void sessions.refetch()} />
        </CardContent>
      ) : sessions.data ? (
        <ul className="divide-y">
          {sessions.data.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </ul>
      ) : (
        <CardContent aria-busy>
          <Skeleton className="h-8.5" />
        </CardContent>
      )}
      <div className="flex justify-end border-t px-4 py-3">
        <Button onClick={() => others > 0 && setAsking(true)} aria-disabled={others === 0}>
          Sign out everywhere else
        </Button>
      </div>
      {asking && <EndOthersDialog others={others} onClose={() => setAsking(false)} />}
    </SettingsSection>
  );
}

function SessionRow({ session }: { session: SessionView }) {
  const refresh = useRefresh("profile");
  const end = trpc.profile.endSession.useMutation({
    onSuccess: () => toast({ text: `Signed out of ${session.device}.` }),
    onError: toastFailure,
    onSettled: refresh,
  });
  const { device, address, createdAt, lastSeenAt, isCurrent } = session;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
      <div className="flex min-w-0 items-start gap-3">
        <MonitorSmartphone aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-3" />
        <div className="min-w-0">
          <p className="font-medium">{device.charAt(0).toUpperCase() + device.slice(1)}</p>
          <p className="flex flex-wrap gap-x-2 text-ink-2 text-sm">
            {address && <span className="mono">{address}</span>}
            <span>
              signed in <Timestamp value={createdAt} />
            </span>
            <span>{isCurrent ? "in use now" : <>last seen {<Timestamp value={lastSeenAt} />}</>}</span>
          </p>
        </div>
      </div>
      {isCurrent ? (
        <span className="text-ink-2 text-sm">This browser</span>
      ) : (
        <Button
          size="sm"
          aria-label={`Sign out of ${device}`}
          pending={end.isPending}
          onClick={() => end.mutate({ id: session.id })}
        >
          Sign out
        </Button>
      )}
    </li>
  );
}

function EndOthersDialog({ others, onClose }: { others: number; onClose: () => void }) {
  const refresh = useRefresh("profile");
  const end = trpc.profile.endOtherSessions.useMutation({
    onSuccess({ ended }) {
      toast({ text: `Signed out of ${count(ended, "session")}.` });
      onClose();
    },
    onSettled: refresh,
  });
  return (
    <ConfirmDialog
      title="Sign out everywhere else"
      confirmLabel="Sign out everywhere else"
      onConfirm={() => end.mutate()}
      onClose={onClose}
      pending={end.isPending}
      error={end.error}
    >
      <p>
        {count(others, "other session")} of yours {others === 1 ? "ends" : "end"} with the next request. This
        browser stays signed in.
      </p>
    </ConfirmDialog>
  );
}
