"use client";

import { NotAllowed } from "@/components/list-empty";
import { PageHeader } from "@/components/page-header";
import { useSession } from "@/components/session-context";
import { roleAllows, whomToAsk } from "@/contracts/roles";
import { ClockSection } from "./clock-section";
import { IsolationSection } from "./isolation-section";
import { LogWriterSection } from "./log-writer-section";
import { RequestLogSection } from "./request-log-section";
import { RetentionSection } from "./retention/retention-section";
import { SETTINGS_HEADING } from "./settings-skeleton";

/** What holds for the whole installation, a section each. */
export function SettingsScreen() {
  const mayManage = roleAllows(useSession().admin.role, "settings:manage");
  return (
    <>
      <PageHeader {...SETTINGS_HEADING} />
      {mayManage ? (
        <>
          <RequestLogSection />
          <RetentionSection />
          <LogWriterSection />
          <IsolationSection />
          <ClockSection />
        </>
      ) : (
        <NotAllowed nouns="the settings" ask={whomToAsk("settings:manage")} />
      )}
    </>
  );
}
