"use client";

import { CodeBlock } from "@/components/code-block";
import type { Deployment } from "@/contracts/sessions";
import { useApiOrigin } from "@/lib/use-api-origin";

/** The address in the lines of the guides. */
const EXAMPLE_ORIGIN = "https://keyward.example.com";

/** Lines of a guide, with the address at which this installation is reached: what is copied works as it stands. */
export function GuideCode({ text, deployment }: { text: string; deployment: Deployment }) {
  const lines = text.replaceAll(EXAMPLE_ORIGIN, useApiOrigin(deployment));
  return <CodeBlock text={lines} copyLabel="Copy these lines" className="mt-3" />;
}
