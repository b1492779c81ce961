import { createFixture, type Fixture } from "@test/support/fixture";
import { type MailServer, startMailServer } from "@test/support/mail-server";
import { afterEach, beforeEach } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import type { EnvironmentRoles, Role } from "@/contracts/roles";
import type { AdminPrincipal } from "@/server/core/principal";
import { createAdmin } from "@/server/services/admins";
import type { ServiceContext } from "@/server/services/context";
import { createKey, deleteKey, revokeKey } from "@/server/services/keys";
import { sendDueMails } from "@/server/services/mails";
import { findDueNotices, listNotices } from "@/server/services/notices";

export const DAY = 86_400;
export const NEVER = new AbortController().signal;

/** People, keys that end, and the mail server that is told: made anew for each test of a file. */
export function noticesSuite() {
  const suite = {} as { fixture: Fixture; server: MailServer; worker: ServiceContext };

  beforeEach(async () => {
    const server = await startMailServer();
    const settings = { MAIL_FROM: "keys@acme.example", NEXTAUTH_URL: "https://keys.acme.example" };
    const fixture = await createFixture({ SMTP_URL: server.url, ...settings });
    const worker = fixture.context({ kind: "system", name: "jobs" });
    Object.assign(suite, { fixture, server, worker });
  });
  afterEach(async () => {
    await suite.server.close();
    await suite.fixture.close();
  });

  async function person(
    name: string,
    role: Role = "admin",
    environmentRoles: EnvironmentRoles | null = null,
  ): Promise<AdminPrincipal> {
    const email = `${name}@acme.example`;
    const password = "correct horse battery";
    const admin = await createAdmin(suite.fixture.context(), {
      email,
      name,
      role,
      environmentRoles,
      password,
    });
    return { kind: "admin", ...admin };
  }

  const inDays = (days: number) =>
    new Date(suite.fixture.clock.now().getTime() + days * DAY_MS).toISOString();

  /** A key of somebody's own, or of nobody in the team, that ends in so many days. */
  async function keyOf(owner: AdminPrincipal | null, days: number | null, name = "Deploy") {
    const { key } = await createKey(suite.fixture.context(owner ?? undefined), {
      name,
      environment: "staging",
      permissions: ["customers:read"],
      rateLimits: { minute: 60 },
      expiresAt: days === null ? null : inDays(days),
    });
    return key;
  }

  async function removeKey(id: Id<"key">, name: string): Promise<void> {
    await revokeKey(suite.fixture.context(), { id, reason: "" });
    await deleteKey(suite.fixture.context(), { id, name });
  }

  const look = () => findDueNotices(suite.worker, NEVER);
  const titles = async (of: AdminPrincipal) =>
    (await listNotices(suite.fixture.context(of), {})).data.map(({ title }) => title).reverse();
  const mailed = async () => {
    await sendDueMails(suite.worker, NEVER);
    return suite.server.mails.splice(0).map(({ recipient, subject }) => `${recipient}: ${subject}`);
  };

  return { suite, person, inDays, keyOf, removeKey, look, titles, mailed };
}
