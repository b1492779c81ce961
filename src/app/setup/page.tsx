import type { Metadata } from "next";
import { AuthFrame } from "@/features/auth/auth-frame";
import { SetUp, SetUpRefused } from "@/features/auth/set-up";
import { trpc } from "@/trpc/server";

export const metadata: Metadata = { title: "Set up" };

/**
 * First start only: makes the first owner, with the link that the terminal printed. Its token is behind `#`, so that the
 * browser alone reads it.
 */
export default async function SetUpPage() {
  return (
    <AuthFrame title="Create the first owner" sub="The owner may do everything, and lets others in.">
      {(await trpc.setUp.needed()) ? <SetUp /> : <SetUpRefused />}
    </AuthFrame>
  );
}
