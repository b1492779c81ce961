"use client";

import { NotAllowed } from "@/components/list-empty";
import { PageHeader } from "@/components/page-header";
import { useMay } from "@/components/session-context";
import { whomToAsk } from "@/contracts/roles";
import { ChecksSection } from "./checks-section";
import { ClockSection } from "./clock-section";
import { IsolationSection } from "./isolation-section";
import { LogWriterSection } from "./log-writer-section";
import { MailSection } from "./mail-section";
import { OwnPermissionsSection } from "./own-permissions-section";
import { PepperSection } from "./pepper-section";
import { RequestLogSection } from "./request-log-section";
import { RetentionSection } from "./retention-section";
import { SectionsSkeleton } from "./section";
import { SessionLifetimesSection } from "./session-lifetimes-section";
import { SignInSection } from "./sign-in-section";

/** What holds for the whole installation, a section each. */
export function SettingsScreen() {
  const mayManage = useMay("settings:manage");
  return (
    <>
      <PageHeader {...SETTINGS_HEADING} />
      {mayManage ? (
        <>
          <RequestLogSection />
          <RetentionSection />
          <SignInSection />
          <SessionLifetimesSection />
          <OwnPermissionsSection />
          <MailSection />
          <LogWriterSection />
          <IsolationSection />
          <ClockSection />
          <PepperSection />
          <ChecksSection />
        </>
      ) : (
        <NotAllowed nouns="the settings" ask={whomToAsk("settings:manage")} />
      )}
    </>
  );
}

/** The head of the page. */
const SETTINGS_HEADING = {
  title: "Settings",
  sub: "What holds for the whole installation. Each change is in Audit.",
};

/** The sections by the height of their words and their cards, on a phone and where there is room. */
const SECTIONS = [
  { id: "request-log", title: "w-24", words: "h-27", card: "h-208 lg:h-187 xl:h-138" },
  { id: "retention", title: "w-20", words: "h-37", card: "h-77 sm:h-50 xl:h-46" },
  { id: "sign-in", title: "w-16", words: "h-12", card: "h-30 sm:h-25" },
  { id: "sessions", title: "w-20", words: "h-27", card: "h-72 sm:h-46 xl:h-42" },
  { id: "permissions", title: "w-24", words: "h-22", card: "h-28" },
  { id: "mail", title: "w-10", words: "h-22", card: "h-28" },
  { id: "log-writer", title: "w-22", words: "h-51", card: "h-149 xl:h-94" },
  { id: "isolation", title: "w-18", words: "h-17", card: "h-18.5 xl:h-17" },
  { id: "clock", title: "w-12", words: "h-17", card: "h-18.5 xl:h-17" },
  { id: "pepper", title: "w-16", words: "h-22", card: "h-18.5 xl:h-17" },
  { id: "checks", title: "w-16", words: "h-22", card: "h-18.5 xl:h-17" },
] as const;

/** Holds the place of the page while the server draws it. */
export function SettingsSkeleton() {
  return <SectionsSkeleton heading={SETTINGS_HEADING} sections={SECTIONS} />;
}
