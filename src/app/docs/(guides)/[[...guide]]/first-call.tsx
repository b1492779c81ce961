import { QuickStartLines } from "@/components/quick-start";
import { deployment } from "@/trpc/server";

/** The first call at this installation, with a key for trying things out. */
export async function FirstCall() {
  return (
    <div className="mt-3">
      <QuickStartLines deployment={await deployment()} environment="development" secret={null} />
    </div>
  );
}
