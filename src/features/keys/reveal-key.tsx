"use client";

import type { ReactNode } from "react";
import { RevealDialog, type RevealSnippet } from "@/components/reveal-dialog";
import { useSession } from "@/components/session-context";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import type { RevealedKey } from "@/contracts/keys";
import { listOf } from "@/lib/words";
import { isFullAccess, permissionLabel, powersOf } from "./permission-groups";

interface RevealKeyProps {
  revealed: RevealedKey;
  /** What else the moment calls for: until when the old secret works. */
  description?: ReactNode;
  onStored: () => void;
}

/** Shows a new secret, the only time it exists, with lines for the endpoint that it opens. */
export function RevealKey({ revealed, description, onStored }: RevealKeyProps) {
  const { deployment } = useSession();
  const base = `${deployment.baseUrl}/api/v1/${revealed.key.environment}`;
  return (
    <RevealDialog
      open
      secret={revealed.secret}
      snippets={snippetsFor(base, revealed.secret)}
      warning={warningFor(revealed.key)}
      description={description}
      onStored={onStored}
    />
  );
}

/** Node reads the key from its environment, as it should: code with a key in it gets committed. */
function snippetsFor(base: string, secret: string): RevealSnippet[] {
  return [
    { label: "curl", text: `curl ${base}/key \\\n  -H "Authorization: Bearer ${secret}"` },
    { label: ".env", text: `KEYWARD_URL=${base}\nKEYWARD_API_KEY=${secret}` },
    {
      label: "Node",
      text: [
        'import { env } from "node:process";',
        "",
        'const response = await fetch(env.KEYWARD_URL + "/key", {',
        '  headers: { Authorization: "Bearer " + env.KEYWARD_API_KEY },',
        "});",
        "console.log(response.status, await response.json());",
      ].join("\n"),
    },
  ];
}

/** For keys whose loss would be dear: those of production, and those that open everything. */
function warningFor(key: RevealedKey["key"]): string | undefined {
  const isFull = isFullAccess(key.permissions);
  if (key.environment !== "production" && !isFull) return undefined;
  const held = isFull ? "full access" : listOf(key.permissions.map(permissionLabel));
  const { label } = ENVIRONMENT_DETAILS[key.environment];
  return `${label} key with ${held}. Anyone who holds it can ${powersOf(key.permissions)}.`;
}
