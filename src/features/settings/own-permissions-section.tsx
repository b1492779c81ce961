"use client";

import { useState } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { onDemand } from "@/components/on-demand";
import { Button } from "@/components/ui/button";
import { CardContent } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import type { OwnPermission } from "@/contracts/permissions";
import { trpc } from "@/trpc/client";
import type { AskedPermissionDialog } from "./own-permission-dialogs";
import { SettingsSection } from "./section";

const OwnPermissionDialogs = onDemand(() =>
  import("./own-permission-dialogs").then((module) => module.OwnPermissionDialogs),
);

/** Permissions beside those of the catalogue, for services that ask Keyward about keys. */
export function OwnPermissionsSection() {
  const own = trpc.permissions.list.useQuery();
  const [asked, setAsked] = useState<AskedPermissionDialog | null>(null);
  return (
    <SettingsSection
      id="permissions"
      title="Permissions"
      description={
        <p>
          Of your own, for services that ask Keyward whether a key may pass. Keys are given them like those of
          the public API, of which they open nothing.
        </p>
      }
    >
      {own.error ? (
        <CardContent>
          <ErrorNotice error={own.error} onRetry={() => void own.refetch()} />
        </CardContent>
      ) : !own.data ? (
        <CardContent aria-busy>
          <Skeleton className="w-48" />
        </CardContent>
      ) : own.data.length === 0 ? (
        <CardContent className="text-ink-2 text-sm">None is defined.</CardContent>
      ) : (
        <ul className="divide-y">
          {own.data.map((permission) => (
            <PermissionRow
              key={permission.name}
              permission={permission}
              onAsk={(what) => setAsked({ what, permission })}
            />
          ))}
        </ul>
      )}
      <div className="flex justify-end border-t px-4 py-3">
        <Button onClick={() => setAsked({ what: "define" })}>Define a permission</Button>
      </div>
      {asked && <OwnPermissionDialogs asked={asked} all={own.data ?? []} onClose={() => setAsked(null)} />}
    </SettingsSection>
  );
}

interface PermissionRowProps {
  permission: OwnPermission;
  onAsk: (what: "edit" | "delete") => void;
}

function PermissionRow({ permission: { name, label, description, implies }, onAsk }: PermissionRowProps) {
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 px-4 py-3">
      <div className="min-w-0 text-sm">
        <p className="break-words">
          <span className="font-medium">{label}</span> <span className="mono text-ink-3">{name}</span>
        </p>
        {description && <p className="break-words text-ink-2">{description}</p>}
        {implies.length > 0 && (
          <p className="break-words text-ink-2">
            Includes <span className="mono">{implies.join(", ")}</span>
          </p>
        )}
      </div>
      <div className="flex gap-2">
        <Button size="sm" aria-label={`Edit ${name}`} onClick={() => onAsk("edit")}>
          Edit
        </Button>
        <Button size="sm" aria-label={`Delete ${name}`} onClick={() => onAsk("delete")}>
          Delete
        </Button>
      </div>
    </li>
  );
}
