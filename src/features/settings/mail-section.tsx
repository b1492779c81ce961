"use client";

import { ErrorNotice } from "@/components/error-notice";
import { Note } from "@/components/note";
import { useSession } from "@/components/session-context";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { toast, toastFailure } from "@/components/ui/toast";
import type { MailState } from "@/contracts/mails";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { SettingsSection } from "./section";

/** How mails are sent, and which did not arrive. What is set, the environment of the process says. */
export function MailSection() {
  const mail = trpc.settings.mail.useQuery();
  return (
    <SettingsSection
      id="mail"
      title="Mail"
      description={
        <p>
          For notices and links. <code className="mono">SMTP_URL</code> and{" "}
          <code className="mono">MAIL_FROM</code> set it up. A mail that fails is tried again for 36 hours.
        </p>
      }
    >
      {mail.error ? (
        <CardContent>
          <ErrorNotice error={mail.error} onRetry={() => void mail.refetch()} />
        </CardContent>
      ) : mail.data ? (
        <MailStateView state={mail.data} />
      ) : (
        <CardContent aria-busy>
          <Skeleton className="w-72" />
        </CardContent>
      )}
    </SettingsSection>
  );
}

function MailStateView({ state: { server, waiting, waitingError, failed } }: { state: MailState }) {
  const { admin } = useSession();
  const test = trpc.settings.sendTestMail.useMutation({
    onSuccess: ({ says }) => toast({ text: says }),
    onError: toastFailure,
  });
  if (!server) return <CardContent className="text-sm">No mail is set up.</CardContent>;
  return (
    <>
      <CardContent className="space-y-3 text-sm">
        <p>
          Sent through <span className="mono">{server.place}</span> as{" "}
          <span className="mono">{server.from}</span>.{" "}
          {waiting === 0
            ? "No mail waits."
            : `${count(waiting, "mail")} ${waiting === 1 ? "waits" : "wait"}.`}
        </p>
        {waitingError && <Note tone="warn">The last attempt failed: {waitingError}</Note>}
        {failed.length > 0 && <FailedMails failed={failed} />}
      </CardContent>
      <div className="flex justify-end border-t px-4 py-3">
        <Button pending={test.isPending} onClick={() => test.mutate({ to: admin.email })}>
          Send me a test mail
        </Button>
      </div>
    </>
  );
}

function FailedMails({ failed }: Pick<MailState, "failed">) {
  return (
    <div>
      <h3 className="font-medium">Not delivered</h3>
      <ul className="mt-1 divide-y">
        {failed.map(({ id, to, subject, error, failedAt }) => (
          <li key={id} className="break-words py-2">
            <span className="font-medium">{to}</span>: {subject}{" "}
            <Timestamp value={failedAt} className="text-ink-2" />
            <span className="block text-ink-2">{error}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
