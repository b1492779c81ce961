"use client";

import { PRESS_IS_THE_ROWS } from "@/components/row-press";
import { Tooltip, TooltipContent, TooltipTrigger } from "@/components/ui/tooltip";
import { cn } from "@/lib/cn";
import { useOwnPermissions } from "./own-permissions";
import { isDropped, permissionLabel } from "./permission-groups";

interface PermissionLabelsProps {
  permissions: readonly string[];
  /** How many are named before the rest is counted. */
  shown: number;
}

/** What a key may do, in a table cell: a few labels, then "+n" with the full list on hover or focus. */
export function PermissionLabels({ permissions, shown }: PermissionLabelsProps) {
  const own = useOwnPermissions();
  const labelOf = (permission: string) => permissionLabel(permission, own);
  const rest = permissions.slice(shown);
  return (
    <>
      {permissions.slice(0, shown).map((permission) => (
        <PermissionLabel key={permission} dropped={isDropped(permission, own)}>
          {labelOf(permission)}
        </PermissionLabel>
      ))}
      {rest.length > 0 && (
        <Tooltip>
          <TooltipTrigger
            {...PRESS_IS_THE_ROWS}
            aria-label={`${rest.length} more: ${rest.map(labelOf).join(", ")}`}
            className={cn(LABEL, "target-24 tabular-nums")}
          >
            +{rest.length}
          </TooltipTrigger>
          <TooltipContent>
            <ul>
              {permissions.map((permission) => (
                <li key={permission}>{labelOf(permission)}</li>
              ))}
            </ul>
          </TooltipContent>
        </Tooltip>
      )}
    </>
  );
}

const LABEL = "inline-block whitespace-nowrap rounded-sm border px-1.5 text-2xs text-ink-2 leading-4";

function PermissionLabel({ dropped, children }: { dropped: boolean; children: string }) {
  return (
    <span
      className={cn(LABEL, dropped && "mono line-through")}
      title={dropped ? "Neither in the catalogue nor defined: grants nothing" : undefined}
    >
      {children}
    </span>
  );
}
