import type { Metadata } from "next";
import { AuthFrame } from "@/features/auth/auth-frame";
import { safePath } from "@/features/auth/safe-path";
import { SetUpNeeded } from "@/features/auth/set-up";
import { SignInForm } from "@/features/auth/sign-in-form";
import { trpc } from "@/trpc/server";

export const metadata: Metadata = { title: "Sign in" };

/** Where administrators sign in, once there is one. */
export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const [{ callbackUrl }, needsSetUp] = await Promise.all([searchParams, trpc.setUp.needed()]);
  return (
    <AuthFrame title="Sign in" sub="To the control center of your API keys.">
      {needsSetUp ? (
        <SetUpNeeded />
      ) : (
        <SignInForm next={safePath(typeof callbackUrl === "string" ? callbackUrl : undefined)} />
      )}
    </AuthFrame>
  );
}
