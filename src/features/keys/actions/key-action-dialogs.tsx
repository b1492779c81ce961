"use client";

import { useReturnFocus } from "@/lib/use-return-focus";
import { EditKeyDialog } from "../form/edit-key-dialog";
import type { AskedAction } from "../key-abilities";
import { EndOverlapDialog } from "../rotation/end-overlap-dialog";
import { DeleteKeyDialog, ReactivateKeyDialog, RevokeKeyDialog } from "./key-dialogs";
import { RegenerateKey } from "./regenerate-key";
import { TrimKeyDialog } from "./trim-key-dialog";

interface KeyActionDialogsProps {
  asked: AskedAction;
  onClose: () => void;
  /** After a deletion: leaves its page. */
  onDeleted?: () => void;
}

/** The dialog of the action that was asked for. It stands outside of the row or header, which may change meanwhile. */
export function KeyActionDialogs({ asked, onClose, onDeleted }: KeyActionDialogsProps) {
  // One action may be two dialogs, the second of which finds nothing focused.
  useReturnFocus(true);
  const { action, key } = asked;
  switch (action) {
    case "edit":
      return <EditKeyDialog apiKey={key} onClose={onClose} />;
    case "trim":
      return <TrimKeyDialog apiKey={key} onClose={onClose} />;
    case "regenerate":
      return <RegenerateKey apiKey={key} onClose={onClose} />;
    case "endOverlap":
      return <EndOverlapDialog apiKey={key} onClose={onClose} />;
    case "revoke":
      return <RevokeKeyDialog apiKey={key} onClose={onClose} />;
    case "reactivate":
      return <ReactivateKeyDialog apiKey={key} onClose={onClose} />;
    case "delete":
      return <DeleteKeyDialog apiKey={key} onClose={onClose} onDeleted={onDeleted} />;
    default:
      throw new Error(`No dialog for ${action satisfies never}; add it to key-action-dialogs.tsx`);
  }
}
