"use client";

import { PageHeader } from "@/components/page-header";
import type { WaysToSignIn } from "@/contracts/single-sign-on";
import { trpc } from "@/trpc/client";
import { SectionsSkeleton } from "../section";
import { EmailSection } from "./email-section";
import { NameSection } from "./name-section";
import { NoticesSection } from "./notices-section";
import { PasskeysSection } from "./passkeys-section";
import { PasswordSection } from "./password-section";
import { SecondFactorSection } from "./second-factor-section";
import { SessionsSection } from "./sessions-section";
import { SingleSignOnSection } from "./single-sign-on-section";
import { ThemeSection } from "./theme-section";
import { TimeZoneSection } from "./time-zone-section";

const PROFILE_HEADING = {
  title: "Profile",
  sub: "What is yours alone: name, password, where you are signed in, and what you are told.",
};

/** What everybody sets for themselves, a section each. */
export function ProfileScreen({ ways }: { ways: WaysToSignIn }) {
  // Both sections ask for the present password. Whoever signs in by a provider alone has none.
  const hasPassword = trpc.profile.signIn.useQuery().data?.hasPassword === true;
  return (
    <>
      <PageHeader {...PROFILE_HEADING} />
      <NameSection />
      {hasPassword && ways.passwordReset && <EmailSection />}
      {hasPassword && ways.password && <PasswordSection />}
      <SecondFactorSection />
      <PasskeysSection ways={ways} />
      <SingleSignOnSection ways={ways} />
      <SessionsSection />
      <NoticesSection />
      <TimeZoneSection />
      <ThemeSection />
    </>
  );
}

/** The sections by the height of their words and their cards. */
const SECTIONS = [
  { id: "name", title: "w-14", words: "h-17", card: "h-34" },
  { id: "password", title: "w-22", words: "h-27", card: "h-40" },
  { id: "second-factor", title: "w-28", words: "h-27", card: "h-20" },
  { id: "passkeys", title: "w-20", words: "h-27", card: "h-32" },
  { id: "sessions", title: "w-20", words: "h-37", card: "h-40" },
  { id: "notices", title: "w-18", words: "h-42", card: "h-293 sm:h-169" },
  { id: "time-zone", title: "w-22", words: "h-22", card: "h-40" },
  { id: "theme", title: "w-16", words: "h-12", card: "h-17" },
] as const;

/** Holds the place of the page while the server draws it. */
export function ProfileSkeleton() {
  return <SectionsSkeleton heading={PROFILE_HEADING} sections={SECTIONS} />;
}
