"use client";

import { useId } from "react";
import { type Control, useWatch } from "react-hook-form";
import { Note } from "@/components/note";
import { recordedText } from "@/components/recorded-words";
import { Checkbox } from "@/components/ui/checkbox";
import { KEY_MANAGEMENT, type KeyManagement } from "@/contracts/keys";
import { grants } from "@/contracts/permissions";
import { useField } from "@/lib/use-zod-form";
import type { KeyFormValues } from "./key-form-values";

/** Which keys a key manages, and whether those may manage keys: asked once Key Management is chosen. */
export function KeyManagementFields({ control }: { control: Control<KeyFormValues> }) {
  const id = useId();
  const permissions = useWatch({ control, name: "permissions" });
  const manages = useField<KeyFormValues, KeyManagement>({ control, name: "managesKeys" });
  const handsOn = useField<KeyFormValues, boolean>({ control, name: "grantsKeyManagement" });
  if (!grants(permissions, "keys:manage")) return null;
  return (
    <fieldset className="mt-3 rounded-lg border px-3 py-2.5">
      <legend className="px-1 font-medium text-sm">Key Management</legend>
      <p className="text-sm" id={`${id}-which`}>
        Which keys does it manage?
      </p>
      <div className="mt-1.5 space-y-1.5 text-sm" role="radiogroup" aria-labelledby={`${id}-which`}>
        {KEY_MANAGEMENT.map((value) => (
          <label key={value} className="flex min-h-6 items-center gap-2.5">
            <input
              type="radio"
              name={id}
              ref={value === "own" ? manages.ref : undefined}
              checked={manages.value === value}
              onChange={() => manages.onChange(value)}
              className="size-4 accent-accent"
            />
            {recordedText("key", "managesKeys", value)}
          </label>
        ))}
      </div>
      <div className="mt-3 flex items-start gap-2.5">
        <Checkbox
          id={`${id}-grants`}
          ref={handsOn.ref}
          checked={handsOn.value}
          onCheckedChange={(on) => handsOn.onChange(on === true)}
          className="mt-0.5"
        />
        <label htmlFor={`${id}-grants`} className="text-sm">
          It may give Key Management to the keys that it makes
        </label>
      </div>
      <Note tone="warn" className="mt-3">
        Whoever holds this key can hand out keys that do all that it does itself. To cut them off takes
        revoking what it has made as well, which is offered when it is revoked.
      </Note>
    </fieldset>
  );
}
