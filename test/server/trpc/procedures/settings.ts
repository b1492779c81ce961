import { randomUUID } from "node:crypto";
import { type Fixture, newEmail } from "@test/support/fixture";
import { definePermission } from "@/server/services/permissions";
import { EVERYBODY, type Procedures, SETTINGS } from "./procedure";

/** Procedures of the settings, and of what is defined there. */
export function settingsProcedures(fixture: Fixture): Procedures {
  const newPermission = () => ({ name: `orders:n${randomUUID().slice(0, 8)}`, label: "Order Read" });
  const permission = async () => {
    const { name } = await definePermission(fixture.context(), newPermission());
    return { name };
  };
  return {
    "permissions.list": { type: "query", for: EVERYBODY, environment: null, input: () => undefined },
    "permissions.define": {
      type: "mutation",
      confirms: "always",
      for: SETTINGS,
      environment: null,
      input: newPermission,
    },
    "permissions.update": {
      type: "mutation",
      confirms: "always",
      for: SETTINGS,
      environment: null,
      input: async () => ({ ...(await permission()), label: "Order Reading" }),
    },
    "permissions.delete": {
      type: "mutation",
      confirms: "always",
      for: SETTINGS,
      environment: null,
      input: permission,
    },
    "settings.requestLog": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
    "settings.changeRequestLog": {
      type: "mutation",
      confirms: "always",
      for: SETTINGS,
      environment: null,
      input: () => ({ headers: true }),
    },
    "settings.retention": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
    "settings.tryRetention": {
      type: "query",
      for: SETTINGS,
      environment: null,
      input: () => ({ logDays: 1, telemetryDays: 1 }),
    },
    "settings.changeRetention": {
      type: "mutation",
      confirms: "always",
      for: SETTINGS,
      environment: null,
      input: () => ({ logDays: 7 }),
    },
    "settings.checks": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
    "settings.clock": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
    "settings.sessions": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
    "settings.changeSessions": {
      type: "mutation",
      confirms: "always",
      for: SETTINGS,
      environment: null,
      input: () => ({ sessionDays: 3 }),
    },
    "settings.mail": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
    "settings.sendTestMail": {
      type: "mutation",
      confirms: "never",
      for: SETTINGS,
      environment: null,
      input: () => ({ to: newEmail() }),
    },
    "settings.signIn": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
    "settings.changeSignIn": {
      type: "mutation",
      confirms: "always",
      for: SETTINGS,
      environment: null,
      input: () => ({ secondFactorRequired: false }),
    },
    "settings.isolation": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
    "settings.pepper": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
    "settings.logWriter": { type: "query", for: SETTINGS, environment: null, input: () => undefined },
  };
}
