"use client";

import { FormDialog } from "@/components/form-dialog";
import { Note } from "@/components/note";
import { useSession } from "@/components/session-context";
import { toast } from "@/components/ui/toast";
import type { TeamMember } from "@/contracts/admins";
import { roleLabel } from "@/contracts/roles";
import { changeRoleSchema } from "@/contracts/schemas/admins";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { RoleFields, roleValuesOf, toGrants } from "./role-fields";

/** Gives somebody another role. */
export function ChangeRoleDialog({ member, onClose }: { member: TeamMember; onClose: () => void }) {
  const change = trpc.admins.changeRole.useMutation();
  const refresh = useRefresh("admins");
  const isSelf = useSession().admin.id === member.id;
  const form = useZodForm({
    defaultValues: roleValuesOf(member),
    schema: changeRoleSchema,
    toInput: (values) => ({ id: member.id, ...toGrants(values) }),
    async send(input) {
      const changed = await change.mutateAsync(input);
      refresh();
      toast({ text: `${changed.email} is ${roleLabel(changed)} now.` });
      onClose();
    },
  });
  return (
    <FormDialog
      title="Change role"
      description={`${member.name || member.email} is ${roleLabel(member)}.`}
      form={form}
      submitLabel="Change role"
      onClose={onClose}
    >
      <RoleFields control={form.control} />
      <Note>
        {isSelf ? "You are" : "They are"} signed out everywhere, and the new role holds from the next sign-in
        on.
        {member.role === "owner" && " Open invitations made by an owner end when they stop being one."}
      </Note>
    </FormDialog>
  );
}
