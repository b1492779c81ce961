import type { Metadata } from "next";
import { SessionProvider } from "@/components/session-context";
import { AuthFrame } from "@/features/auth/auth-frame";
import { ConfirmIdentity } from "@/features/auth/confirm-identity";
import { safePath } from "@/features/auth/safe-path";
import { EnrolScreen } from "@/features/settings/profile/enrol-screen";
import { requireEnrolling } from "@/trpc/server";

export const metadata: Metadata = { title: "Set up a second factor" };

/** Where whoever has no second factor sets one up, in an installation that asks everybody for one. */
export default async function SecondFactorPage({ searchParams }: PageProps<"/second-factor">) {
  const { callbackUrl } = await searchParams;
  const next = safePath(typeof callbackUrl === "string" ? callbackUrl : undefined);
  const session = await requireEnrolling(next);
  return (
    <SessionProvider session={session}>
      <AuthFrame
        title="Set up a second factor"
        sub="Everybody who uses this console has to have one. Nothing else opens before."
      >
        <EnrolScreen next={next} />
      </AuthFrame>
      <ConfirmIdentity />
    </SessionProvider>
  );
}
