"use client";

import { useEffect, useState } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { TextField } from "@/components/form-fields";
import { NewPasswordField } from "@/components/new-password-field";
import { Skeleton } from "@/components/ui/skeleton";
import type { OfferedInvitation } from "@/contracts/invitations";
import { ROLE_DETAILS, roleLabel } from "@/contracts/roles";
import type { WaysToSignIn } from "@/contracts/single-sign-on";
import { Lazy } from "@/lib/lazy";
import { signInWithNewPassword } from "@/lib/sign-in";
import { useZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import { AuthForm } from "./auth-form";
import { AuthFrame } from "./auth-frame";
import { DeadLink, deadLinkText } from "./dead-link";
import { Or } from "./or";
import { ProviderChoice } from "./provider-choice";
import { NO_TOKEN, useLinkToken } from "./use-link-token";

const acceptInvitationSchema = new Lazy(() =>
  import("@/contracts/schemas/invitations").then((schemas) => schemas.acceptInvitationSchema),
);

/** Reads the link's token, asks what it invites to, and makes the person. */
export function AcceptInvitation({ ways }: { ways: WaysToSignIn }) {
  const token = useLinkToken();
  // Nothing that was said of one link is said of another that is opened in the same tab.
  return <Invited key={token} token={token} ways={ways} />;
}

function Invited({ token, ways }: { token: string | null; ways: WaysToSignIn }) {
  const { mutate: find, data: offer, error } = trpc.invitations.find.useMutation();
  const [used, setUsed] = useState<string | null>(null);
  useEffect(() => {
    if (token) find({ token });
  }, [token, find]);
  const refusal = used ?? (token === "" ? NO_TOKEN : deadLinkText(error));
  if (refusal)
    return (
      <AuthFrame title="Invitation">
        <DeadLink text={refusal} />
      </AuthFrame>
    );
  if (token && offer)
    return (
      <AuthFrame title="Join the console" sub={<Offer offer={offer} />}>
        {ways.password ? (
          <AcceptForm token={token} email={offer.email} onDead={setUsed} />
        ) : (
          <p className="mb-4 text-ink-2">Sign in with the account that has this address.</p>
        )}
        {ways.password && ways.providers.length > 0 && <Or />}
        <ProviderChoice ways={ways} next="/" />
      </AuthFrame>
    );
  return (
    <AuthFrame title="Join the console">
      {error && token ? (
        <ErrorNotice error={error} onRetry={() => find({ token })} />
      ) : (
        <div aria-busy className="space-y-4">
          <Skeleton className="w-40" />
          <Skeleton className="h-8.5" />
        </div>
      )}
    </AuthFrame>
  );
}

function Offer({ offer }: { offer: OfferedInvitation }) {
  return (
    <>
      {offer.email} is invited as {roleLabel(offer)}, by {offer.invitedBy}.
      {!offer.environmentRoles && ` ${ROLE_DETAILS[offer.role].description}`}
    </>
  );
}

interface AcceptFormProps {
  token: string;
  email: string;
  /** The link has stopped working meanwhile. */
  onDead: (text: string) => void;
}

function AcceptForm({ token, email, onDead }: AcceptFormProps) {
  const accept = trpc.invitations.accept.useMutation();
  const form = useZodForm({
    defaultValues: { name: "", password: "" },
    schema: acceptInvitationSchema,
    toInput: (values) => ({ token, ...values }),
    async send(input) {
      try {
        await accept.mutateAsync(input);
      } catch (error) {
        const refusal = deadLinkText(error);
        if (refusal === null) throw error;
        return onDead(refusal);
      }
      await signInWithNewPassword({ email, password: input.password }, "/");
    },
  });
  return (
    <AuthForm form={form} submitLabel="Join">
      {/* For password managers: the name under which they keep what is typed below. */}
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <TextField control={form.control} name="name" label="Name" autoComplete="name" />
      <NewPasswordField control={form.control} name="password" label="Password" />
    </AuthForm>
  );
}
