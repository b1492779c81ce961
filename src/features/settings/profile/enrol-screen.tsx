"use client";

import { useState } from "react";
import { useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { useLeave } from "@/lib/leave";
import { load } from "@/lib/sign-in";
import { AddPasskey } from "./add-passkey";
import { RecoveryCodesDialog } from "./recovery-codes-dialog";
import { SetUpApp } from "./set-up-app";

/** The ways to a second factor, and the way out. @param next where it leads, a path that the page has checked */
export function EnrolScreen({ next }: { next: string }) {
  const { email } = useSession().admin;
  const leave = useLeave();
  /** Kept here alone, and gone once they are stored. */
  const [codes, setCodes] = useState<string[] | null>(null);
  return (
    <div className="space-y-6">
      <section aria-label="Authenticator app" className="rounded-xl border bg-surface p-4">
        <h2 className="font-medium">Authenticator app</h2>
        <p className="mt-1 text-pretty text-ink-2 text-sm">
          An app on your phone shows a code of six digits that signing in asks for after the password.
        </p>
        <SetUpApp label="Set up the app" className="mt-3" onCodes={setCodes} />
      </section>
      <section aria-label="Passkey" className="rounded-xl border bg-surface p-4">
        <h2 className="font-medium">Passkey</h2>
        <p className="mt-1 text-pretty text-ink-2 text-sm">
          Your fingerprint, face or PIN on this device, or a security key. No page but this console can ask
          for it.
        </p>
        <AddPasskey label="Add a passkey" className="mt-3" onCodes={setCodes} />
      </section>
      <p className="flex flex-wrap items-center justify-between gap-2 text-ink-2 text-sm">
        <span className="min-w-0 truncate">Signed in as {email}</span>
        <Button variant="ghost" size="sm" className="-mr-2.5" onClick={() => void leave()}>
          Sign out
        </Button>
      </p>
      {codes && <RecoveryCodesDialog codes={codes} onStored={() => void load(next)} />}
    </div>
  );
}
