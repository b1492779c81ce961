import type { Metadata } from "next";
import { SignInByLink } from "@/features/auth/sign-in-by-link";

export const metadata: Metadata = { title: "Sign in" };

/** Where a link of the command line leads. Its token is behind `#`, so that the browser alone reads it. */
export default function SignInByLinkPage() {
  return <SignInByLink />;
}
