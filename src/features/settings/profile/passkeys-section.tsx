"use client";

import { KeyRound } from "lucide-react";
import { useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorNotice } from "@/components/error-notice";
import { FormDialog } from "@/components/form-dialog";
import { TextField } from "@/components/form-fields";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import type { PasskeyView } from "@/contracts/passkeys";
import type { WaysToSignIn } from "@/contracts/single-sign-on";
import { Lazy } from "@/lib/lazy";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { SettingsSection } from "../section";
import { AddPasskey } from "./add-passkey";
import { RecoveryCodesDialog } from "./recovery-codes-dialog";

const renamePasskeySchema = new Lazy(() =>
  import("@/contracts/schemas/passkeys").then((schemas) => schemas.renamePasskeySchema),
);

type Asking = { what: "rename" | "remove"; passkey: PasskeyView };

/** The passkeys by which one signs in, and confirms that it is oneself. */
export function PasskeysSection({ ways }: { ways: WaysToSignIn }) {
  const own = trpc.passkeys.list.useQuery();
  const [asking, setAsking] = useState<Asking | null>(null);
  /** Kept here alone, and gone once they are stored. */
  const [codes, setCodes] = useState<string[] | null>(null);
  const close = () => setAsking(null);
  return (
    <SettingsSection
      id="passkeys"
      title="Passkeys"
      description={
        <p>
          {ways.password
            ? "Sign in by fingerprint, face, PIN or security key in place of the password, or after it as the second factor."
            : "Confirm by fingerprint, face, PIN or security key that it is you. Signing in is your provider’s here."}{" "}
          A passkey works at this address alone, so no other page can ask for it.
        </p>
      }
    >
      {own.error ? (
        <CardContent>
          <ErrorNotice error={own.error} onRetry={() => void own.refetch()} />
        </CardContent>
      ) : !own.data ? (
        <CardContent aria-busy>
          <Skeleton className="h-8.5" />
        </CardContent>
      ) : own.data.length === 0 ? (
        <CardContent className="text-ink-2 text-sm">You have none yet.</CardContent>
      ) : (
        <ul className="divide-y">
          {own.data.map((passkey) => (
            <PasskeyRow key={passkey.id} passkey={passkey} onAsk={(what) => setAsking({ what, passkey })} />
          ))}
        </ul>
      )}
      <div className="flex justify-end border-t px-4 py-3">
        <AddPasskey label="Add a passkey" onCodes={(made) => made.length > 0 && setCodes(made)} />
      </div>
      {asking?.what === "rename" && <RenamePasskeyDialog passkey={asking.passkey} onClose={close} />}
      {asking?.what === "remove" && <RemovePasskeyDialog passkey={asking.passkey} onClose={close} />}
      {codes && <RecoveryCodesDialog codes={codes} onStored={() => setCodes(null)} />}
    </SettingsSection>
  );
}

interface PasskeyRowProps {
  passkey: PasskeyView;
  onAsk: (what: Asking["what"]) => void;
}

function PasskeyRow({ passkey: { name, createdAt, lastUsedAt, isBackedUp }, onAsk }: PasskeyRowProps) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
      <div className="flex min-w-0 items-start gap-3">
        <KeyRound aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-3" />
        <div className="min-w-0">
          <p className="break-words font-medium">{name}</p>
          <p className="flex flex-wrap gap-x-2 text-ink-2 text-sm">
            <span>
              added <Timestamp value={createdAt} />
            </span>
            <span>{lastUsedAt ? <>last used {<Timestamp value={lastUsedAt} />}</> : "never used"}</span>
            {isBackedUp && <span>synced between devices</span>}
          </p>
        </div>
      </div>
      <div className="flex gap-2">
        <Button size="sm" aria-label={`Rename ${name}`} onClick={() => onAsk("rename")}>
          Rename
        </Button>
        <Button size="sm" aria-label={`Remove ${name}`} onClick={() => onAsk("remove")}>
          Remove
        </Button>
      </div>
    </li>
  );
}

interface PasskeyDialogProps {
  passkey: PasskeyView;
  onClose: () => void;
}

function RenamePasskeyDialog({ passkey: { id, name }, onClose }: PasskeyDialogProps) {
  const refresh = useRefresh("passkeys");
  const rename = trpc.passkeys.rename.useMutation({ onSettled: refresh });
  const form = useZodForm({
    defaultValues: { name },
    schema: renamePasskeySchema,
    toInput: (values) => ({ id, ...values }),
    async send(input) {
      await rename.mutateAsync(input);
      toast({ text: "Renamed." });
      onClose();
    },
  });
  return (
    <FormDialog title="Rename the passkey" size="sm" form={form} submitLabel="Rename" onClose={onClose}>
      <TextField control={form.control} name="name" label="Name" />
    </FormDialog>
  );
}

function RemovePasskeyDialog({ passkey: { id, name }, onClose }: PasskeyDialogProps) {
  const refresh = useRefresh("passkeys");
  const factor = trpc.profile.secondFactor.useQuery().data;
  const own = trpc.passkeys.list.useQuery().data;
  const isLast = factor?.enabledAt === null && own?.length === 1;
  const remove = trpc.passkeys.remove.useMutation({
    onSuccess() {
      toast({ text: `The passkey ${name} signs nobody in any more.` });
      onClose();
    },
    onSettled: refresh,
  });
  return (
    <ConfirmDialog
      title="Remove the passkey"
      description={name}
      confirmLabel="Remove"
      onConfirm={() => remove.mutate({ id })}
      onClose={onClose}
      pending={remove.isPending}
      error={remove.error}
    >
      <p>It no longer signs you in, nor confirms that it is you.</p>
      <p>Your device or password manager still holds it: delete it there as well.</p>
      {isLast && (
        <p>
          You have no other second factor. The password alone signs you in then, the recovery codes are worth
          nothing, and where everybody has to have one you are asked for another at once.
        </p>
      )}
    </ConfirmDialog>
  );
}
