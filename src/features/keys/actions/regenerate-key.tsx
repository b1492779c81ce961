"use client";

import { type ReactNode, useId, useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { Note } from "@/components/note";
import { toast } from "@/components/ui/toast";
import { type KeyView, OVERLAPS, type Overlap, type RevealedKey } from "@/contracts/keys";
import { regenerateKeySchema } from "@/contracts/schemas/keys";
import { useField, useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { ClockTime } from "../clock-time";
import { isLive } from "../key-abilities";
import { statusLabel } from "../key-status";
import { RevealKey } from "../reveal-key";
import { isPreviousLive, PreviousSecret, useInOverlap, useKeySecrets } from "../rotation/key-rotation";
import { KeyTrafficTable } from "./key-traffic";
import { MadeGoesOn } from "./made-choice";

interface RegenerateKeyProps {
  apiKey: KeyView;
  onClose: () => void;
}

/** From the question to the moment the new secret is stored. The secret lives in this component's state only. */
export function RegenerateKey({ apiKey, onClose }: RegenerateKeyProps) {
  const [revealed, setRevealed] = useState<RevealedKey | null>(null);
  if (!revealed) return <RegenerateKeyDialog apiKey={apiKey} onClose={onClose} onRegenerated={setRevealed} />;
  const onStored = () => {
    setRevealed(null);
    toast({ text: `Regenerated “${revealed.key.name}”.` });
    onClose();
  };
  return <RevealKey revealed={revealed} description={fateOfOldSecret(revealed.key)} onStored={onStored} />;
}

function fateOfOldSecret({ overlapUntil }: KeyView): ReactNode {
  return (
    <>
      This is the only time it is shown. Store it where your integration reads its secrets.{" "}
      {overlapUntil ? (
        <>
          The previous secret works until <ClockTime value={overlapUntil} />.
        </>
      ) : (
        "The previous secret has stopped working."
      )}
    </>
  );
}

interface RegenerateKeyDialogProps {
  apiKey: KeyView;
  onClose: () => void;
  onRegenerated: (revealed: RevealedKey) => void;
}

/** Asks how long the current secret is to live before making a new one, and says which promised one that ends. */
function RegenerateKeyDialog({ apiKey, onClose, onRegenerated }: RegenerateKeyDialogProps) {
  // Asked for again: somebody may have regenerated the key since this page was drawn.
  const found = trpc.keys.get.useQuery({ id: apiKey.id }, { initialData: apiKey, staleTime: 0 });
  const key = found.data;
  const inOverlap = useInOverlap(key);
  const secrets = useKeySecrets(key.id, inOverlap);
  const [live] = useState(() => isLive(apiKey, Date.now()));
  const regenerate = trpc.keys.regenerate.useMutation();
  const refresh = useRefresh("keys");
  const form = useZodForm<{ overlap: Overlap }, typeof regenerateKeySchema>({
    defaultValues: { overlap: "now" },
    schema: regenerateKeySchema,
    toInput: ({ overlap }) => ({ id: key.id, overlap, endsOverlap: inOverlap ? key.overlapUntil : null }),
    async send(input) {
      try {
        const revealed = await regenerate.mutateAsync(input);
        // The answer carries the secret: with no observer left and a gcTime of 0, the cache drops it now.
        regenerate.reset();
        refresh();
        onRegenerated(revealed);
      } catch (error) {
        // Said below the overlap that was not known of.
        void found.refetch();
        throw error;
      }
    },
  });
  const { value: overlap, onChange } = useField<{ overlap: Overlap }, Overlap>({
    control: form.control,
    name: "overlap",
  });
  const endsInUse = (live && overlap === "now") || (inOverlap && isPreviousLive(key, secrets));
  return (
    <ConfirmDialog
      onClose={onClose}
      title={`Regenerate ${key.name}?`}
      confirmLabel="Regenerate"
      tone={inOverlap || (overlap === "now" && key.status === "active") ? "danger" : "primary"}
      onConfirm={form.submit}
      typedName={endsInUse ? key.name : undefined}
      pending={form.pending}
      error={form.failure}
    >
      <p>
        The key gets a new secret, shown once. Its name, permissions, limits, customers, expiry and history
        stay.
      </p>
      {inOverlap && (
        <div className="space-y-3 rounded-lg border border-warn/40 px-3 py-2.5">
          <h3 className="font-medium text-warn">This ends a secret that was promised</h3>
          <PreviousSecret apiKey={key} secrets={secrets} />
        </div>
      )}
      <OverlapChoice value={overlap} onChange={onChange} />
      <p>{fateOfCurrentSecret(overlap)}</p>
      <MadeGoesOn apiKey={key} />
      <KeyTrafficTable id={key.id} />
      {key.status !== "active" && (
        <Note>
          This key is {statusLabel(key.status)} and stays so: the new secret opens nothing until{" "}
          {key.status === "inactive" ? "the key is reactivated" : "a later expiry is set"}.
        </Note>
      )}
      {live && overlap === "now" && (
        <Note tone="warn">
          Production calls used this key within the last 24 hours. They fail until the new secret is in place.
        </Note>
      )}
    </ConfirmDialog>
  );
}

function fateOfCurrentSecret(overlap: Overlap): string {
  if (overlap === "now") return "The current secret fails on its next call, with 401 key_invalid.";
  return `The current secret works beside the new one at first. ${OVERLAPS[overlap].label} it fails, with 401 key_invalid.`;
}

const CHOICES = Object.keys(OVERLAPS) as Overlap[];

interface OverlapChoiceProps {
  value: Overlap;
  onChange: (overlap: Overlap) => void;
}

/** When the secret before the regenerate stops working. */
function OverlapChoice({ value, onChange }: OverlapChoiceProps) {
  const name = useId();
  return (
    <fieldset className="text-ink">
      <legend className="font-medium text-sm">The current secret stops working</legend>
      <div className="mt-1.5 grid grid-cols-2 gap-x-4 text-sm">
        {CHOICES.map((choice) => (
          <label key={choice} className="flex min-h-7 items-center gap-2.5">
            <input
              type="radio"
              name={name}
              checked={value === choice}
              onChange={() => onChange(choice)}
              className="size-4 accent-accent"
            />
            {OVERLAPS[choice].label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
