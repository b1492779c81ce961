"use client";

import { ComboboxFilter } from "@/components/combobox-filter";
import type { Environment } from "@/contracts/environments";
import { NO_KEY } from "@/contracts/request-queries";
import { type KeyChoice, KeyChoices, useNamedKey } from "./key-select";

interface KeyFilterProps {
  list: {
    state: { keyId: KeyChoice | null };
    environment: Environment | null;
    change: (patch: { keyId: KeyChoice | null }) => void;
  };
}

const NONE = "no known key";

/** Narrows a list of something else to one key, found by the server, or to no known key. The page hands it to that list. */
export function KeyFilter({ list: { state, environment, change } }: KeyFilterProps) {
  const value = state.keyId;
  const chosen = useNamedKey(value);
  const words = value === NO_KEY ? NONE : chosen?.name;
  return (
    <ComboboxFilter label="Key" value={value} chosen={words} onChange={(keyId) => change({ keyId })}>
      {(onPick) => (
        <KeyChoices value={value} chosen={chosen} environment={environment} none={NONE} onPick={onPick} />
      )}
    </ComboboxFilter>
  );
}
