import { newEmail } from "@test/support/fixture";
import { type Procedures, SETTINGS } from "./procedure";

/** Procedures of the settings. */
export function settingsProcedures(): Procedures {
  return {
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
