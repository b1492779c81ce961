import { ArrowRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useEnvironment } from "@/components/environment-context";
import { EnvironmentSelect } from "@/components/environment-select";
import { Field } from "@/components/field";
import { Link } from "@/components/link";
import { QuickStart } from "@/components/quick-start";
import { useHeldEnvironments, useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import type { Environment } from "@/contracts/environments";
import { allows, whomToAsk } from "@/contracts/roles";

/** What to do on a fresh installation: a key, then a call with it. */
export function FirstSteps() {
  const { admin } = useSession();
  const shown = useEnvironment();
  const held = useHeldEnvironments();
  // Only lines to read: nothing is made here, and a key is tried out in Development first, by whoever has a role there.
  const [chosen, setChosen] = useState<Environment | null>(null);
  const environment = chosen ?? shown ?? held.at(-1) ?? "development";
  return (
    <Card className="max-w-180 p-5 sm:p-6">
      <h2 className="font-semibold text-lg">No keys yet</h2>
      <p className="mt-1 text-ink-2">Two steps to the first call.</p>
      <ol className="mt-5 grid gap-6">
        <Step number={1} title="Create a key">
          <p className="text-ink-2">
            Name it, choose its environment, and give it only the permissions it needs.
          </p>
          {allows(admin, "keys:manage") ? (
            <Button asChild variant="primary" className="mt-3">
              <Link href="/api-keys?create=1">
                Create API Key
                <ArrowRight aria-hidden />
              </Link>
            </Button>
          ) : (
            <p className="mt-2">Your role cannot create keys. Ask {whomToAsk("keys:manage")}.</p>
          )}
        </Step>
        <Step number={2} title="Call the API with it">
          <p className="text-ink-2">
            This answers what the key is and may do; it needs no permission. Each environment has an endpoint
            of its own, and a key works at that of its own alone.
          </p>
          <Field label="Environment of the key" className="mt-3 max-w-60">
            <EnvironmentSelect value={environment} onValueChange={setChosen} />
          </Field>
          <div className="mt-2">
            <QuickStart environment={environment} secret={null} />
          </div>
        </Step>
      </ol>
    </Card>
  );
}

function Step({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <li className="grid grid-cols-[24px_minmax(0,1fr)] gap-x-3">
      <span
        aria-hidden
        className="grid size-6 place-items-center rounded-full bg-idle-soft font-medium text-ink-2 text-xs tabular-nums"
      >
        {number}
      </span>
      <div className="min-w-0 pt-0.5">
        <h3 className="font-medium">{title}</h3>
        {children}
      </div>
    </li>
  );
}
