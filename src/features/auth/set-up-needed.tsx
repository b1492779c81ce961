import { Terminal } from "lucide-react";

/** Tells the first visitor of a fresh installation why there is nothing to sign in to yet. */
export function SetUpNeeded() {
  return (
    <div className="rounded-xl border bg-surface p-4">
      <p className="flex items-center gap-2 font-medium">
        <Terminal aria-hidden className="size-4 text-ink-3" />
        There is no administrator yet
      </p>
      <p className="mt-2 text-ink-2">
        Keyward printed a link to the set-up on the terminal where it was started. Open that link to create
        the first owner.
      </p>
    </div>
  );
}
