import { CircleSlash } from "lucide-react";
import { Link } from "@/components/link";
import { Button } from "@/components/ui/button";
import { describeError } from "@/lib/errors";

/** What the server says of a link that opens nothing; null where it said something else. */
export function deadLinkText(error: unknown): string | null {
  if (!error) return null;
  const { code, message } = describeError(error);
  return code === "not_found" ? message : null;
}

interface DeadLinkProps {
  title?: string;
  text: string;
}

/** Says that a link, or a page, opens nothing, and why as far as that is known. */
export function DeadLink({ title = "This link does not work", text }: DeadLinkProps) {
  return (
    <div role="alert" className="rounded-xl border bg-surface p-4">
      <p className="flex items-center gap-2 font-medium">
        <CircleSlash aria-hidden className="size-4 text-ink-3" />
        {title}
      </p>
      <p className="mt-2 text-ink-2">{text}</p>
      <Button asChild className="mt-4">
        <Link href="/sign-in">Sign in</Link>
      </Button>
    </div>
  );
}
