"use client";

import { CodeBlock } from "@/components/code-block";
import type { Deployment } from "@/contracts/sessions";
import { useApiOrigin } from "@/lib/use-api-origin";
import { EXAMPLE_ORIGIN } from "./guide-list";

/** Lines of a guide, with the address at which this installation is reached: what is copied works as it stands. */
export function GuideCode({ text, deployment }: { text: string; deployment: Deployment }) {
  const lines = text.replaceAll(EXAMPLE_ORIGIN, useApiOrigin(deployment));
  return <CodeBlock text={lines} copyLabel="Copy these lines" className="mt-3" />;
}
