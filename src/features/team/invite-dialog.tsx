"use client";

import { FormDialog } from "@/components/form-dialog";
import { TextField } from "@/components/form-fields";
import type { IssuedInvitation } from "@/contracts/invitations";
import { inviteSchema } from "@/contracts/schemas/invitations";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { RoleFields, roleValuesOf, toGrants } from "./role-fields";

interface InviteDialogProps {
  onIssued: (issued: IssuedInvitation) => void;
  onClose: () => void;
}

/** Invites somebody by e-mail address. The role starts with the least. */
export function InviteDialog({ onIssued, onClose }: InviteDialogProps) {
  const create = trpc.invitations.create.useMutation();
  const refresh = useRefresh("invitations");
  const form = useZodForm({
    defaultValues: { email: "", ...roleValuesOf({ role: "viewer", environmentRoles: null }) },
    schema: inviteSchema,
    toInput: ({ email, ...role }) => ({ email, ...toGrants(role) }),
    async send(input) {
      const issued = await create.mutateAsync(input);
      refresh();
      onIssued(issued);
    },
  });
  return (
    <FormDialog
      title="Invite somebody"
      description="They choose a name and a password of their own. The role is fixed by the invitation."
      form={form}
      submitLabel="Make invitation"
      onClose={onClose}
    >
      <TextField control={form.control} name="email" label="Email" type="email" />
      <RoleFields control={form.control} />
    </FormDialog>
  );
}
