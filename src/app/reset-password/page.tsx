import type { Metadata } from "next";
import { ResetPassword } from "@/features/auth/reset-password";
import { trpc } from "@/trpc/server";

export const metadata: Metadata = { title: "Reset password" };

/** Where a link for a new password is asked for, and where it leads: its token is behind `#`, so that the browser alone reads it. */
export default async function ResetPasswordPage() {
  return <ResetPassword ways={await trpc.signIn.ways()} />;
}
