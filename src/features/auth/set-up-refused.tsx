import { CircleSlash } from "lucide-react";
import Link from "next/link";
import { Button } from "@/components/ui/button";

/** Says that the set-up link leads nowhere, without telling a stranger whether that is for its token or its time. */
export function SetUpRefused() {
  return (
    <div role="alert" className="rounded-xl border bg-surface p-4">
      <p className="flex items-center gap-2 font-medium">
        <CircleSlash aria-hidden className="size-4 text-ink-3" />
        This link does not work
      </p>
      <p className="mt-2 text-ink-2">
        Either the set-up is done already, or this is not the newest link. Each start prints a new one on the
        terminal until there is an owner; open that one.
      </p>
      <Button asChild className="mt-4">
        <Link href="/sign-in">Sign in</Link>
      </Button>
    </div>
  );
}
