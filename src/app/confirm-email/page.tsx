import type { Metadata } from "next";
import { ConfirmEmail } from "@/features/auth/confirm-email";

export const metadata: Metadata = { title: "Confirm e-mail address" };

/** Where the link to a new e-mail address leads. Its token is behind `#`, so that the browser alone reads it. */
export default function ConfirmEmailPage() {
  return <ConfirmEmail />;
}
