import type { Metadata } from "next";
import { AuthFrame } from "@/features/auth/auth-frame";
import { SetUpForm, SetUpRefused } from "@/features/auth/set-up";
import { trpc } from "@/trpc/server";

export const metadata: Metadata = { title: "Set up" };

/** First start only: makes the first owner, with the link that the terminal printed. */
export default async function SetUpPage({ searchParams }: PageProps<"/setup">) {
  const [{ token }, needsSetUp] = await Promise.all([searchParams, trpc.setUp.needed()]);
  const usable = needsSetUp && typeof token === "string" && token !== "";
  return (
    <AuthFrame title="Create the first owner" sub="The owner may do everything, and lets others in.">
      {usable ? <SetUpForm token={token} /> : <SetUpRefused />}
    </AuthFrame>
  );
}
