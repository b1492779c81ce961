import { Note } from "@/components/note";
import type { Permission } from "@/contracts/permissions";
import { listOf } from "@/lib/words";
import { permissionLabel } from "../permission-groups";

/** Says before a new key is sent that somebody else has to approve it. Nothing where nobody has to. */
export function ApprovalNote({ needed }: { needed: readonly Permission[] }) {
  if (needed.length === 0) return null;
  return (
    <Note>
      {listOf(needed.map((permission) => permissionLabel(permission)))}{" "}
      {needed.length === 1 ? "takes" : "take"} a second person (policy). Somebody else who manages keys there
      approves it; they never see the secret.
    </Note>
  );
}

/** Says of a key that is there what the server has answered, which nothing was done for yet. */
export function ApprovalTakenNote({ rule }: { rule: string }) {
  return (
    <Note>
      <span role="status">{rule} Nobody has approved this key for it yet, and nothing was changed.</span>
    </Note>
  );
}
