"use client";

import { type FormEvent, useState } from "react";
import { Field } from "@/components/field";
import { Button } from "@/components/ui/button";
import { DialogFooter } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { keyIn } from "@/contracts/pasted-key";

const NO_KEY = "This does not hold a key: one looks like kw_prod_ and 38 letters and digits";

/** Takes a key, also one amid other text such as a line of a log. */
export function PasteKeyForm({ onGiven }: { onGiven: (key: string) => void }) {
  const [text, setText] = useState("");
  const [error, setError] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const key = keyIn(text);
    if (key) onGiven(key);
    else setError(NO_KEY);
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
