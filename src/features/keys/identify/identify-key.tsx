"use client";

import { useCallback, useEffect, useState } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { TextField } from "@/components/form-fields";
import { useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogFooter } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import { CHECKSUM_LENGTH, maskApiKey, RANDOM_LENGTH } from "@/contracts/key-shape";
import type { KeyIdentity } from "@/contracts/keys";
import { keyIn } from "@/contracts/pasted-key";
import { identifyKeySchema } from "@/contracts/schemas/keys";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { KeyActionDialogs } from "../actions/key-action-dialogs";
import type { AskedAction } from "../key-abilities";
import { KeyAnswer } from "./key-answer";

interface IdentifyKeyProps {
  /** Null: it is still to be pasted. */
  pasted: string | null;
  onClose: () => void;
}

/** Whose key is this? The answer, and what can be done about it. */
export function IdentifyKey({ pasted, onClose }: IdentifyKeyProps) {
  const [given, setGiven] = useState(pasted);
  const [asked, setAsked] = useState<AskedAction | null>(null);
  if (asked) return <KeyActionDialogs asked={asked} onClose={onClose} onDeleted={onClose} />;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title="Whose key is this?"
        description="It is asked for in the body of the request: it enters no address, no history and no log."
      >
        {given === null ? (
          <PasteKeyForm onGiven={setGiven} />
        ) : (
          <Answer
            key={given}
            pasted={given}
            onAction={setAsked}
            onAgain={() => setGiven(null)}
            onClose={onClose}
          />
        )}
      </DialogContent>
    </Dialog>
  );
}

interface AnswerProps {
  pasted: string;
  onAction: (asked: AskedAction) => void;
  onAgain: () => void;
  onClose: () => void;
}

function Answer({ pasted, ...rest }: AnswerProps) {
  const [identity, setIdentity] = useState<KeyIdentity | null>(null);
  const identify = trpc.keys.identify.useMutation();
  const { mutateAsync, reset } = identify;
  const ask = useCallback(async () => {
    try {
      setIdentity(await mutateAsync({ key: pasted }));
      // The question holds the key: with no observer left and a gcTime of 0, the cache drops it now.
      reset();
    } catch {
      // What went wrong is shown from the mutation.
    }
  }, [mutateAsync, reset, pasted]);
  useEffect(() => void ask(), [ask]);
  return (
    <div className="mt-4 space-y-4" role="status">
      <p className="mono rounded-lg border bg-sunken px-3 py-2">{maskApiKey(pasted)}</p>
      {identify.error && <ErrorNotice error={identify.error} onRetry={() => void ask()} />}
      {!identity && !identify.error && <Skeleton className="w-64" />}
      {identity && <KeyAnswer identity={identity} pasted={pasted} {...rest} />}
    </div>
  );
}

/** Takes a key, also one amid other text such as a line of a log. */
function PasteKeyForm({ onGiven }: { onGiven: (key: string) => void }) {
  const { keyPrefix } = useSession().deployment;
  const form = useZodForm({
    defaultValues: { key: "" },
    schema: identifyKeySchema,
    toInput: ({ key }) => ({ key: keyIn(key) ?? "" }),
    send: ({ key }) => onGiven(key),
  });
  return (
    <form onSubmit={form.submit} className="mt-4" noValidate>
      <TextField
        control={form.control}
        name="key"
        label="Key"
        hint="The whole key, or a line that it stands in."
        wordsFor={() =>
          `This does not hold a key: one looks like ${keyPrefix}_prod_ and ${RANDOM_LENGTH + CHECKSUM_LENGTH} letters and digits`
        }
        mono
        autoCapitalize="off"
        spellCheck={false}
      />
      <DialogFooter>
        <Button type="submit" variant="primary">
          Look up
        </Button>
      </DialogFooter>
    </form>
  );
}
