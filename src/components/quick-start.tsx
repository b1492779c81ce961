"use client";

import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import type { Deployment } from "@/contracts/sessions";
import { quickStart } from "@/lib/quick-start";
import { useApiOrigin } from "@/lib/use-api-origin";
import { CodeBlock } from "./code-block";
import { useSession } from "./session-context";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "./ui/tabs";

interface QuickStartProps {
  /** Of the key: it works at no other endpoint. */
  environment: Environment;
  /** Null: the key is not at hand, and the lines say where it goes. */
  secret: string | null;
}

/**
 * The first call with a key, ready to paste: at the endpoint of its environment, and under the address at which this
 * installation is reached from here.
 */
export function QuickStart(props: QuickStartProps) {
  return (
    <>
      <QuickStartLines {...props} deployment={useSession().deployment} />
      <p className="mt-2 text-ink-2">
        {/* In a tab of its own: a secret that is shown beside it is shown once. */}
        <a href="/docs" target="_blank" rel="noreferrer" className="text-accent underline">
          Guides and reference
        </a>{" "}
        for whoever writes the integration.
      </p>
    </>
  );
}

/** The same where nobody has to be signed in. */
export function QuickStartLines({
  deployment,
  environment,
  secret,
}: QuickStartProps & { deployment: Deployment }) {
  const base = `${useApiOrigin(deployment)}/api/v1/${environment}`;
  const placeholder = `${deployment.keyPrefix}_${ENVIRONMENT_DETAILS[environment].slug}_…`;
  const snippets = quickStart(base, secret ?? placeholder);
  return (
    <Tabs defaultValue={snippets[0]?.label}>
      <TabsList aria-label="Ways to use the key" className="flex-wrap gap-y-0">
        {snippets.map(({ label }) => (
          <TabsTrigger key={label} value={label}>
            {label}
          </TabsTrigger>
        ))}
      </TabsList>
      {snippets.map(({ label, text }) => (
        <TabsContent key={label} value={label} className="mt-2 rounded-lg">
          <CodeBlock text={text} copyLabel={`Copy ${label} lines`} />
        </TabsContent>
      ))}
    </Tabs>
  );
}
