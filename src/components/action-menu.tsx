"use client";

import { Ellipsis } from "lucide-react";
import { useRef } from "react";
import { Button } from "./ui/button";
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "./ui/dropdown-menu";

interface ActionMenuProps<Action extends string> {
  /** What the actions are done to. */
  name: string;
  /** By what each is called, in their order. */
  actions: readonly { action: Action; label: string; cuts: boolean }[];
  onAction: (action: Action) => void;
}

/** The menu "···" of a row, with what may be done to it; what cuts something off stands out. Each opens a dialog. */
export function ActionMenu<Action extends string>({ name, actions, onAction }: ActionMenuProps<Action>) {
  const chosen = useRef<Action>(undefined);
  // Once the closing menu has given the focus back to its button: the dialog returns the focus to where it found it.
  const goOn = () => {
    const action = chosen.current;
    chosen.current = undefined;
    if (action) setTimeout(() => onAction(action));
  };
  if (actions.length === 0) return null;
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="sm" aria-label={`Actions for ${name}`} className="w-7 px-0">
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent onCloseAutoFocus={goOn}>
        {actions.map(({ action, label, cuts }) => (
          <DropdownMenuItem
            key={action}
            tone={cuts ? "danger" : "plain"}
            onSelect={() => {
              chosen.current = action;
            }}
          >
            {label}
          </DropdownMenuItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
