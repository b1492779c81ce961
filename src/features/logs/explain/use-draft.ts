import { useState } from "react";

/**
 * What a form holds: starts with what the address bar says, and starts again when that is another, so that Back fills
 * the form as it fills the page. The form stays mounted, and the focus where it is.
 */
export function useDraft<Value>(given: Value): [Value, (value: Value) => void] {
  const [draft, setDraft] = useState(given);
  const [start, setStart] = useState(given);
  if (JSON.stringify(given) === JSON.stringify(start)) return [draft, setDraft];
  setStart(given);
  setDraft(given);
  return [given, setDraft];
}
