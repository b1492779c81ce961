"use client";

import { PRESS_IS_THE_ROWS } from "@/components/row-press";
import { Tooltip, TooltipContent, TooltipTrigger } from "@/components/ui/tooltip";
import { cn } from "@/lib/cn";
import { isCataloged, permissionLabel } from "./permission-groups";

interface PermissionLabelsProps {
  permissions: readonly string[];
  /** How many are named before the rest is counted. */
  shown: number;
}

/** What a key may do, in a table cell: a few labels, then "+n" with the full list on hover or focus. */
export function PermissionLabels({ permissions, shown }: PermissionLabelsProps) {
  const rest = permissions.slice(shown);
  return (
    <>
      {permissions.slice(0, shown).map((permission) => (
        <PermissionLabel key={permission} permission={permission} />
      ))}
      {rest.length > 0 && (
        <Tooltip>
          <TooltipTrigger
            {...PRESS_IS_THE_ROWS}
            aria-label={`${rest.length} more: ${rest.map(permissionLabel).join(", ")}`}
            className={cn(LABEL, "target-24 tabular-nums")}
          >
            +{rest.length}
          </TooltipTrigger>
          <TooltipContent>
            <ul>
              {permissions.map((permission) => (
                <li key={permission}>{permissionLabel(permission)}</li>
              ))}
            </ul>
          </TooltipContent>
        </Tooltip>
      )}
    </>
  );
}

const LABEL = "inline-block whitespace-nowrap rounded-sm border px-1.5 text-2xs text-ink-2 leading-4";

function PermissionLabel({ permission }: { permission: string }) {
  const dropped = !isCataloged(permission);
  return (
    <span
      className={cn(LABEL, dropped && "mono line-through")}
      title={dropped ? "No longer in the catalogue: grants nothing" : undefined}
    >
      {permissionLabel(permission)}
    </span>
  );
}
