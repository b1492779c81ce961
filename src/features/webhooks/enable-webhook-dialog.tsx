"use client";

import { ConfirmDialog } from "@/components/confirm-dialog";
import { Note } from "@/components/note";
import { toast } from "@/components/ui/toast";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { KeyStatus } from "@/contracts/keys";
import type { WebhookEndpointView } from "@/contracts/webhooks";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { KeyLink } from "./set-up-by-key";

/** Sends to an endpoint again, after saying where to, and which keys have had a hand in that: one of them may have been stolen. */
export function EnableWebhookDialog({
  endpoint,
  onClose,
}: {
  endpoint: WebhookEndpointView;
  onClose: () => void;
}) {
  const refresh = useRefresh("webhooks");
  const enable = trpc.webhooks.enable.useMutation();
  const { id, url, environment, setUpByKeyId, secretToldToKeyId } = endpoint;
  const confirm = () =>
    enable.mutate(
      { id },
      {
        onSuccess: () => {
          refresh();
          toast({ text: "Enabled. It is sent what happens from now on." });
          onClose();
        },
      },
    );
  const isOfKey = setUpByKeyId !== null || secretToldToKeyId !== null;
  return (
    <ConfirmDialog
      title="Enable this endpoint?"
      confirmLabel="Enable"
      tone={isOfKey ? "danger" : "primary"}
      onConfirm={confirm}
      onClose={onClose}
      pending={enable.isPending}
      error={enable.error}
    >
      <p>
        What happens in {ENVIRONMENT_DETAILS[environment].label} from now on is sent to this URL. What
        happened meanwhile is not sent later.
      </p>
      <p className="mono break-all">{url}</p>
      {isOfKey && (
        <Note tone="warn">
          <ul className="space-y-1">
            {handsOn(endpoint).map(({ id, what }) => (
              <HandOfKey key={id} id={id} what={what} />
            ))}
          </ul>
          <p className="mt-2">
            If such a key was stolen, first give the endpoint a URL of your own (Edit) and a new secret. Else{" "}
            {setUpByKeyId
              ? "what happens may be sent to whoever has stolen it."
              : "whoever has stolen it can send your receiver what looks like an event."}
          </p>
        </Note>
      )}
    </ConfirmDialog>
  );
}

const STANDING: Record<KeyStatus, string> = {
  active: "still works",
  inactive: "is revoked",
  expired: "has expired",
};

interface Hand {
  id: Id<"key">;
  what: string;
}

/** Which keys have had a hand in where it goes and how it is signed, each once. */
function handsOn({ setUpByKeyId, secretToldToKeyId }: WebhookEndpointView): Hand[] {
  if (setUpByKeyId && setUpByKeyId === secretToldToKeyId)
    return [{ id: setUpByKeyId, what: "gave it this URL and was told its signing secret" }];
  return [
    ...(setUpByKeyId ? [{ id: setUpByKeyId, what: "gave it this URL" }] : []),
    ...(secretToldToKeyId ? [{ id: secretToldToKeyId, what: "was told its signing secret" }] : []),
  ];
}

/** What a key has done to the endpoint, and whether it works still. */
function HandOfKey({ id, what }: Hand) {
  const key = trpc.keys.get.useQuery({ id });
  const isGone = describeError(key.error).code === "not_found";
  const standing = key.data ? STANDING[key.data.status] : isGone ? "is deleted" : null;
  return (
    <li>
      The key <KeyLink id={id} /> {what}
      {standing && `; it ${standing}`}.
    </li>
  );
}
