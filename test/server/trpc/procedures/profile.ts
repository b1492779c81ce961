import { type Fixture, newEmail } from "@test/support/fixture";
import { withDefaultDeliveries } from "@/contracts/notices";
import { newId } from "@/server/core/ids";
import { PASSWORD } from "../support";
import { accountsOf } from "./accounts";
import { EVERYBODY, type Procedures } from "./procedure";

/** Procedures of one's own account: profile, passkeys, notices. */
export function profileProcedures(fixture: Fixture): Procedures {
  const { appCode, linkEverybody, recoveryCode, newPasskey, passkeyId } = accountsOf(fixture);
  return {
    "profile.changeName": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: null,
      input: () => ({ name: "Ada" }),
    },
    "profile.changeTimeZone": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: null,
      input: () => ({ timeZone: "Europe/Berlin" }),
    },
    "profile.changePassword": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: null,
      ownAccount: true,
      input: () => ({ present: PASSWORD, next: "another horse battery" }),
    },
    "profile.signIn": { type: "query", for: EVERYBODY, environment: null, input: () => undefined },
    "profile.requestEmailChange": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: null,
      input: () => ({ email: newEmail(), password: PASSWORD }),
    },
    "profile.unlinkIdentity": {
      type: "mutation",
      confirms: "always",
      for: EVERYBODY,
      environment: null,
      // Of everybody there is, as whoever asks has to have one.
      input: linkEverybody,
    },
    "profile.secondFactor": {
      type: "query",
      enrols: true,
      for: EVERYBODY,
      environment: null,
      input: () => undefined,
    },
    "profile.confirmIdentity": {
      type: "mutation",
      confirms: "never",
      enrols: true,
      for: EVERYBODY,
      environment: null,
      input: () => ({ password: PASSWORD }),
    },
    "profile.offerSecondFactor": {
      type: "mutation",
      confirms: "always",
      enrols: true,
      for: EVERYBODY,
      environment: null,
      input: () => undefined,
    },
    "profile.confirmSecondFactor": {
      type: "mutation",
      confirms: "never",
      enrols: true,
      for: EVERYBODY,
      environment: null,
      ownAccount: true,
      input: async (caller) => ({ code: caller ? await appCode(caller) : "123456" }),
    },
    "profile.renewRecoveryCodes": {
      type: "mutation",
      confirms: "always",
      for: EVERYBODY,
      environment: null,
      ownAccount: true,
      input: async (caller) => ({ code: caller ? await recoveryCode(caller) : "123456" }),
    },
    "profile.removeSecondFactor": {
      type: "mutation",
      confirms: "always",
      for: EVERYBODY,
      environment: null,
      ownAccount: true,
      input: async (caller) => ({ code: caller ? await recoveryCode(caller) : "123456" }),
    },
    "profile.sessions": { type: "query", for: EVERYBODY, environment: null, input: () => undefined },
    "profile.endSession": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: null,
      input: () => ({ id: newId("ses") }),
    },
    "profile.endOtherSessions": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: null,
      input: () => undefined,
    },
    "passkeys.list": { type: "query", for: EVERYBODY, environment: null, input: () => undefined },
    "passkeys.offer": {
      type: "mutation",
      confirms: "always",
      enrols: true,
      for: EVERYBODY,
      environment: null,
      input: () => undefined,
    },
    "passkeys.register": {
      type: "mutation",
      confirms: "always",
      enrols: true,
      for: EVERYBODY,
      environment: null,
      ownAccount: true,
      input: async (caller) => ({ name: "Laptop", registration: await newPasskey(caller) }),
    },
    "passkeys.rename": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: null,
      ownAccount: true,
      input: async (caller) => ({ ...(await passkeyId(caller)), name: "Phone" }),
    },
    "passkeys.remove": {
      type: "mutation",
      confirms: "always",
      for: EVERYBODY,
      environment: null,
      ownAccount: true,
      input: passkeyId,
    },
    "passkeys.ask": {
      type: "mutation",
      confirms: "never",
      enrols: true,
      for: EVERYBODY,
      environment: null,
      input: () => undefined,
    },
    "notices.list": { type: "query", for: EVERYBODY, environment: null, input: () => ({}) },
    "notices.unread": { type: "query", for: EVERYBODY, environment: null, input: () => undefined },
    "notices.markRead": {
      type: "mutation",
      confirms: "never",
      for: EVERYBODY,
      environment: null,
      input: () => ({ ids: [newId("ntc")] }),
    },
    "notices.preferences": { type: "query", for: EVERYBODY, environment: null, input: () => undefined },
    "notices.changePreferences": {
      type: "mutation",
      confirms: "always",
      for: EVERYBODY,
      environment: null,
      input: () => ({
        deliveries: withDefaultDeliveries({ job_failed: "summary" }),
        summaryHour: 9,
      }),
    },
  };
}
