"use client";

import { ActionMenu } from "@/components/action-menu";
import { useRole } from "@/components/session-context";
import type { KeyView } from "@/contracts/keys";
import { type AskedAction, actionsFor, KEY_ACTIONS, type KeyAction } from "../key-abilities";

const CUTS = new Set<KeyAction>(["revoke", "delete"]);

interface KeyActionMenuProps {
  apiKey: KeyView;
  onAction: (asked: AskedAction) => void;
}

/** What applies to a key. Nothing for those who may only look. */
export function KeyActionMenu({ apiKey, onAction }: KeyActionMenuProps) {
  const names = actionsFor(apiKey, useRole(apiKey.environment));
  return (
    <ActionMenu
      name={apiKey.name}
      actions={names.map((action) => ({ action, label: KEY_ACTIONS[action], cuts: CUTS.has(action) }))}
      onAction={(action) => onAction({ action, key: apiKey })}
    />
  );
}
