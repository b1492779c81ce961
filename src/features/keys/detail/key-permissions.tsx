"use client";

import { useMay } from "@/components/session-context";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import type { KeyView } from "@/contracts/keys";
import { isPermission, type OwnPermission } from "@/contracts/permissions";
import type { PermissionUse } from "@/contracts/usage";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { KEY_ACTIONS } from "../key-abilities";
import { useOwnPermissions } from "../own-permissions";
import { includedBy, offered, permissionDescription, permissionLabel } from "../permission-groups";

interface KeyPermissionsProps {
  value: Pick<KeyView, "id" | "permissions">;
  refreshMs: number;
  onTrim: () => void;
}

/** What the key may do and when it last did: what it was given, what that includes, and what no longer means anything. */
export function KeyPermissions({ value: { id, permissions }, refreshMs, onTrim }: KeyPermissionsProps) {
  const mayTrim = useMay("keys:manage");
  const use = trpc.usage.permissions.useQuery({ id }, { refetchInterval: refreshMs });
  const own = useOwnPermissions();
  const included = offered(own).filter(
    (permission) => !permissions.includes(permission) && includedBy(permission, permissions, own),
  );
  return (
    <Card aria-labelledby="permissions-title">
      <CardHeader>
        <CardTitle id="permissions-title">Permissions</CardTitle>
        {mayTrim && (
          <Button size="sm" onClick={onTrim}>
            {KEY_ACTIONS.trim}
          </Button>
        )}
      </CardHeader>
      <Table>
        <TableHeader>
          <TableRow>
            <TableHead>Permission</TableHead>
            <TableHead>Exercised</TableHead>
            <TableHead className="max-sm:hidden">Opens</TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {[...permissions, ...included].map((permission) => {
            const by = includedBy(permission, permissions, own);
            return (
              <PermissionRow
                key={permission}
                permission={permission}
                own={own}
                use={use.data}
                failed={use.error !== null}
                remark={
                  by && !permissions.includes(permission)
                    ? `included in ${permissionLabel(by, own)}`
                    : undefined
                }
              />
            );
          })}
        </TableBody>
      </Table>
    </Card>
  );
}

interface PermissionRowProps {
  permission: string;
  own: readonly OwnPermission[] | undefined;
  use: readonly PermissionUse[] | undefined;
  failed: boolean;
  remark?: string | undefined;
}

function PermissionRow({ permission, own, use, failed, remark }: PermissionRowProps) {
  return (
    <TableRow>
      <TableCell>
        <span className={remark ? "text-ink-2" : "font-medium"}>{permissionLabel(permission, own)}</span>
        <span className="mono ml-2 hidden text-ink-3 2xl:inline">{permission}</span>
        {remark && <span className="block text-ink-3 text-xs">{remark}</span>}
      </TableCell>
      <TableCell>
        {use && (
          <LastExercised
            use={use.find((one) => one.permission === permission)}
            // What a service asks about a key is counted as the service's call, and not by what it asked for.
            never={isPermission(permission) ? "Never" : "Never at the gate"}
          />
        )}
        {!use && (failed ? <span className="text-ink-3">Unknown</span> : <Skeleton className="w-20" />)}
      </TableCell>
      <TableCell className="max-sm:hidden">
        <span className="block min-w-56 whitespace-normal py-1 text-ink-2">
          {permissionDescription(permission, own)}
        </span>
      </TableCell>
    </TableRow>
  );
}

function LastExercised({ use, never }: { use: PermissionUse | undefined; never: string }) {
  if (!use) return <span className="text-ink-3">{never}</span>;
  return (
    <>
      <span className="block whitespace-nowrap">
        <Timestamp value={use.lastAt} />
      </span>
      <span className="block text-ink-3 text-xs tabular-nums">{count(use.calls, "call")} in 30 days</span>
    </>
  );
}
