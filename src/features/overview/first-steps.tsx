import { ArrowRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { CodeBlock } from "@/components/code-block";
import { useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import { ROLE_DETAILS, roleAllows, rolesAllowing } from "@/contracts/roles";

const CREATORS = rolesAllowing("keys:manage")
  .map((role) => ROLE_DETAILS[role].label.toLowerCase())
  .join(" or ");

/** What to do on a fresh installation: a key, then a call with it. */
export function FirstSteps() {
  const { admin, deployment } = useSession();
  const { slug } = ENVIRONMENT_DETAILS[deployment.apiEnvironment];
  const call = `curl ${deployment.baseUrl}/api/v1/key \\\n  -H "Authorization: Bearer ${deployment.keyPrefix}_${slug}_…"`;
  return (
    <Card className="max-w-180 p-5 sm:p-6">
      <h2 className="font-semibold text-lg">No keys yet</h2>
      <p className="mt-1 text-ink-2">Two steps to the first call.</p>
      <ol className="mt-5 grid gap-6">
        <Step number={1} title="Create a key">
          <p className="text-ink-2">
            Name it, choose its environment, and give it only the permissions it needs.
          </p>
          {roleAllows(admin.role, "keys:manage") ? (
            <Button asChild variant="primary" className="mt-3">
              <Link href="/api-keys?create=1">
                Create API Key
                <ArrowRight aria-hidden />
              </Link>
            </Button>
          ) : (
            <p className="mt-2">Your role cannot create keys. An {CREATORS} can.</p>
          )}
        </Step>
        <Step number={2} title="Call the API with it">
          <p className="text-ink-2">This answers what the key is and may do; it needs no permission.</p>
          <CodeBlock text={call} copyLabel="Copy curl lines" className="mt-3" />
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
