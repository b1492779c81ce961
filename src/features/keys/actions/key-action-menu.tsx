"use client";

import { Ellipsis } from "lucide-react";
import { useRef } from "react";
import { useRole } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import type { KeyView } from "@/contracts/keys";
import { type AskedAction, actionsFor, KEY_ACTIONS, type KeyAction } from "../key-abilities";

const CUTS = new Set(["revoke", "delete"]);

interface KeyActionMenuProps {
  apiKey: KeyView;
  onAction: (asked: AskedAction) => void;
}

/** The menu "···" of a row, with what applies to its key. Nothing for those who may only look. */
export function KeyActionMenu({ apiKey, onAction }: KeyActionMenuProps) {
  const actions = actionsFor(apiKey, useRole(apiKey.environment));
  const chosen = useRef<KeyAction>(undefined);
  // Once the closing menu has given the focus back to its button: the dialog returns the focus to where it found it.
  const goOn = () => {
    const action = chosen.current;
    chosen.current = undefined;
    if (action) setTimeout(() => onAction({ action, key: apiKey }));
  };
  if (actions.length === 0) return null;
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="sm" aria-label={`Actions for ${apiKey.name}`} className="w-7 px-0">
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent onCloseAutoFocus={goOn}>
        {actions.map((action) => (
          <DropdownMenuItem
            key={action}
            tone={CUTS.has(action) ? "danger" : "plain"}
            onSelect={() => {
              chosen.current = action;
            }}
          >
            {KEY_ACTIONS[action]}
          </DropdownMenuItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
