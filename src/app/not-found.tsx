import { KeyMark } from "@/components/key-mark";
import { Link } from "@/components/link";
import { Button } from "@/components/ui/button";

/** For addresses that lead nowhere. */
export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center px-4">
      <div className="text-center">
        <KeyMark className="mx-auto w-6 text-accent" />
        <h1 className="mt-4 font-semibold text-xl">There is nothing here</h1>
        <p className="mt-1 text-ink-2">The page was moved, deleted, or never was.</p>
        <Button asChild className="mt-5">
          <Link href="/">To the overview</Link>
        </Button>
      </div>
    </main>
  );
}
