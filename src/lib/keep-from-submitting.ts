import type { KeyboardEvent } from "react";

/** For a search field inside of a form: Enter means "search", not "save it all now". */
export function keepFromSubmitting(event: KeyboardEvent) {
  if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
}
