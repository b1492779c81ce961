import type { Metadata } from "next";
import { AuthFrame } from "@/features/auth/auth-frame";
import { safePath } from "@/features/auth/safe-path";
import { SetUpNeeded } from "@/features/auth/set-up";
import { SignIn } from "@/features/auth/sign-in";
import { trpc } from "@/trpc/server";

export const metadata: Metadata = { title: "Sign in" };

const one = (value: string | string[] | undefined) => (typeof value === "string" ? value : undefined);

/** Where administrators sign in, once there is one. */
export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const [{ callbackUrl, error, provider }, needsSetUp, ways] = await Promise.all([
    searchParams,
    trpc.setUp.needed(),
    trpc.signIn.ways(),
  ]);
  return (
    <AuthFrame title="Sign in" sub="To the control center of your API keys.">
      {needsSetUp ? (
        <SetUpNeeded />
      ) : (
        <SignIn next={safePath(one(callbackUrl))} error={one(error)} provider={one(provider)} ways={ways} />
      )}
    </AuthFrame>
  );
}
