"use client";

import { type FormEvent, useState } from "react";
import { Field } from "@/components/field";
import { useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { DialogFooter } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { CHECKSUM_LENGTH, RANDOM_LENGTH } from "@/contracts/key-shape";
import { keyIn } from "@/contracts/pasted-key";

/** Takes a key, also one amid other text such as a line of a log. */
export function PasteKeyForm({ onGiven }: { onGiven: (key: string) => void }) {
  const [text, setText] = useState("");
  const [hasNone, setHasNone] = useState(false);
  const { keyPrefix } = useSession().deployment;
  const error = hasNone
    ? `This does not hold a key: one looks like ${keyPrefix}_prod_ and ${RANDOM_LENGTH + CHECKSUM_LENGTH} letters and digits`
    : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const key = keyIn(text);
    if (key) onGiven(key);
    else setHasNone(true);
  };
  return (
    <form onSubmit={submit} className="mt-4" noValidate>
      <Field label="Key" error={error} hint="The whole key, or a line that it stands in.">
        <Input
          mono
          value={text}
          onChange={(event) => setText(event.target.value)}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
        />
      </Field>
      <DialogFooter>
        <Button type="submit" variant="primary">
          Look up
        </Button>
      </DialogFooter>
    </form>
  );
}
