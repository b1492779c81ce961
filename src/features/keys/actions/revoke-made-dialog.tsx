"use client";

import { ConfirmDialog } from "@/components/confirm-dialog";
import { ReasonField } from "@/components/reason-field";
import { toast } from "@/components/ui/toast";
import type { Id } from "@/contracts/ids";
import type { KeyStatus } from "@/contracts/keys";
import { revokeKeySchema } from "@/contracts/schemas/keys";
import { useZodForm } from "@/lib/use-zod-form";
import { count, listOf } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { type Made, madeAmounts } from "../made";

interface RevokeMadeDialogProps {
  id: Id<"key">;
  name: string;
  status: KeyStatus | "deleted";
  made: Made;
  onClose: () => void;
}

/** Asks before all is cut off in which a key lives on that works no more itself. */
export function RevokeMadeDialog({ id, name, status, made, onClose }: RevokeMadeDialogProps) {
  const revokeWithMade = trpc.keys.revokeWithMade.useMutation();
  const refresh = useRefresh("keys");
  const form = useZodForm({
    defaultValues: { reason: "" },
    schema: revokeKeySchema,
    toInput: ({ reason }) => ({ id, reason }),
    async send(input) {
      const done = await revokeWithMade.mutateAsync(input);
      refresh();
      toast({ text: whatWasCutOff(name, done) });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      onClose={onClose}
      title={`Revoke what ${name} made?`}
      confirmLabel="Revoke"
      onConfirm={form.submit}
      pending={form.pending}
      error={form.failure}
    >
      <p>{whatIsCutOff(made.works)} What these make meanwhile is cut off as well.</p>
      {status === "expired" && <p>The key itself is revoked too: a later expiry would open nothing.</p>}
      <p>Each can be reactivated or enabled again.</p>
      <ReasonField
        control={form.control}
        name="reason"
        hint="Whoever looks at one of these keys sees it while the key is inactive."
      />
    </ConfirmDialog>
  );
}

function whatIsCutOff(works: Made["works"]): string {
  const { ofKeys, ofEndpoints } = madeAmounts(works);
  if (works.endpoints === 0) return `Revokes ${ofKeys} that it made, or has had the secret of.`;
  if (works.keys === 0) return `Disables ${ofEndpoints} that it set up, or has had the secret of.`;
  return `Revokes ${ofKeys} that it made, or has had the secret of, and disables ${ofEndpoints} that it or they set up.`;
}

function whatWasCutOff(name: string, { others, endpoints }: { others: number; endpoints: number }): string {
  const parts = [
    ...(others > 0 ? [`revoked ${count(others, "key")}`] : []),
    ...(endpoints > 0 ? [`disabled ${count(endpoints, "webhook endpoint")}`] : []),
  ];
  if (parts.length === 0) return `Nothing worked any more of what “${name}” had made.`;
  return `Of what “${name}” had made: ${listOf(parts)}.`;
}
