import { useId } from "react";
import type { Control } from "react-hook-form";
import { TextField } from "@/components/form-fields";
import { MAX_TAGS } from "@/contracts/key-labels";
import { trpc } from "@/trpc/client";
import type { KeyFormValues } from "./key-form-values";

/** Who answers for the key, with the people of the team to choose from. */
export function OwnerField({ control }: { control: Control<KeyFormValues> }) {
  const id = useId();
  const labels = trpc.keys.labels.useQuery();
  const { people = [], contacts = [] } = labels.data ?? {};
  return (
    <>
      <TextField
        control={control}
        name="owner"
        label="Owner"
        optional
        hint="E-mail address of who answers for it: somebody of the team, or a contact outside."
        type="email"
        list={id}
        maxLength={254}
      />
      {/* Out of the grid of fields. */}
      <datalist id={id}>
        {people.map(({ email, name }) => (
          <option key={email} value={email}>
            {name}
          </option>
        ))}
        {contacts.map((email) => (
          <option key={email} value={email} />
        ))}
      </datalist>
    </>
  );
}

/** The words that the key is found by. */
export function TagsField({ control }: { control: Control<KeyFormValues> }) {
  return (
    <TextField
      control={control}
      name="tags"
      label="Tags"
      optional
      placeholder="web, nightly"
      hint={`Separated by commas, ${MAX_TAGS} at most.`}
      autoCapitalize="off"
    />
  );
}
