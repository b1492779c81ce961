import type { Environment } from "./environments";
import type { Id } from "./ids";
import type { JobType } from "./job-types";
import type { ApprovalKind } from "./schemas/approvals";
import type { WebhookFailureReason } from "./webhooks";

/** How somebody gets notices of a kind. All but the last are in the console, too. */
export const NOTICE_DELIVERIES = {
  now: "E-mail at once",
  summary: "Daily summary",
  console: "Console only",
  off: "Off",
} as const;

export type NoticeDelivery = keyof typeof NOTICE_DELIVERIES;
export const NOTICE_DELIVERY_NAMES = Object.keys(NOTICE_DELIVERIES) as [NoticeDelivery, ...NoticeDelivery[]];

interface NoticeKindDetails {
  label: string;
  /** Who gets it, and when. */
  about: string;
  /** Unless the person has chosen otherwise: at once for what breaks or is stolen meanwhile. */
  delivery: NoticeDelivery;
  /** Always by mail, if but in a summary: whoever has taken over an account must not be able to silence what tells of it. */
  isAlwaysMailed?: true;
}

/** Every kind of notice. Those about a key go to its owner; to all who may manage keys there, where that is nobody in the team. */
export const NOTICE_KINDS = {
  key_expiring: {
    label: "A key expires",
    about: "30, 14, 7 days and a day before.",
    delivery: "now",
  },
  key_expired: { label: "A key has expired", about: "Its calls are refused from then on.", delivery: "now" },
  key_silent: {
    label: "A key will be revoked for silence",
    about: "As the policy of its environment says, with the day.",
    delivery: "now",
  },
  new_network: {
    label: "A key is used from a new network",
    about: "After its first week; not for keys that are used from very many.",
    delivery: "now",
  },
  limit_hit: {
    label: "A key is over its limit for an hour",
    about: "Calls refused with 429 in each five minutes of an hour. Once a day.",
    delivery: "summary",
  },
  key_finding: {
    label: "A key has more permissions than it uses, or is dormant",
    about: "When the finding opens.",
    delivery: "summary",
  },
  approval_asked: {
    label: "A key waits for your approval",
    about: "To all who may approve it.",
    delivery: "now",
  },
  approval_decided: {
    label: "What you asked for was approved or refused",
    about: "A key that was approved waits for you to reveal it.",
    delivery: "now",
  },
  job_failed: {
    label: "A job has failed",
    about: "To whoever started it, or owns the key that did.",
    delivery: "now",
  },
  webhook_disabled: {
    label: "A webhook endpoint was disabled because it failed",
    about: "It answered 410 Gone, or took nothing for a week. To all who may manage keys there.",
    delivery: "now",
  },
  invitation_accepted: {
    label: "An invitation was accepted",
    about: "To whoever has invited.",
    delivery: "console",
  },
  new_device: {
    label: "You signed in from a new device",
    about: "A browser or a network that you have not signed in from before.",
    delivery: "now",
    isAlwaysMailed: true,
  },
  passkey_changed: {
    label: "A passkey of yours was registered or removed",
    about: "It signs in as you without a password.",
    delivery: "now",
    isAlwaysMailed: true,
  },
  second_factor_changed: {
    label: "Your second factor was changed, or a recovery code used",
    about: "Whoever takes an account over begins there.",
    delivery: "now",
    isAlwaysMailed: true,
  },
} as const satisfies Record<string, NoticeKindDetails>;

export type NoticeKind = keyof typeof NOTICE_KINDS;
export const NOTICE_KIND_NAMES = Object.keys(NOTICE_KINDS) as [NoticeKind, ...NoticeKind[]];

/** Whether it can be told in that way. */
export function canBeDelivered(kind: NoticeKind, delivery: NoticeDelivery): boolean {
  const isMailed = delivery === "now" || delivery === "summary";
  return isMailed || !("isAlwaysMailed" in NOTICE_KINDS[kind]);
}

/** So many days before its expiry a key is told of, those alone that lie within its life. */
export const EXPIRY_REMINDER_DAYS = [30, 14, 7, 1] as const;

/** A key as it was called when the notice was given. */
export interface NamedKey {
  id: Id<"key">;
  name: string;
  environment: Environment;
}

/** What has happened to a passkey. */
export type PasskeyChange = "registered" | "removed";

/** What has happened to the second factor of a person, their passkeys aside. */
export type SecondFactorChange = "enabled" | "removed" | "reset" | "codes_renewed" | "code_used";

/** What each kind rests on. Instants are ISO 8601, in UTC. */
export type NoticeFacts =
  | { kind: "key_expiring"; key: NamedKey; expiresAt: string; daysLeft: number }
  | { kind: "key_expired"; key: NamedKey; expiresAt: string }
  | { kind: "key_silent"; key: NamedKey; revokedAt: string }
  /** `more`: how many others were new that day. */
  | { kind: "new_network"; key: NamedKey; network: string; firstAt: string; more: number }
  | { kind: "limit_hit"; key: NamedKey; hour: string; refused: number }
  | { kind: "key_finding"; key: NamedKey; finding: "over_privileged" | "dormant" }
  /** `by`: who asks, as Audit calls them. */
  | {
      kind: "approval_asked";
      name: string;
      environment: Environment;
      by: string;
      /** Absent from notices of before it was noted. */
      asked?: ApprovalKind;
    }
  /** `by`: who has decided. `reveals`: it is a new key, which is made when its secret is revealed. */
  | {
      kind: "approval_decided";
      name: string;
      environment: Environment;
      by: string;
      decision: "approved" | "refused";
      reveals: boolean;
      reason: string | null;
    }
  | { kind: "job_failed"; job: { id: Id<"job">; type: JobType; environment: Environment }; detail: string }
  | {
      kind: "webhook_disabled";
      /** `host` alone: the rest of a URL may be what lets events in there. */
      webhook: { id: Id<"whe">; host: string; environment: Environment };
      reason: WebhookFailureReason;
    }
  | { kind: "invitation_accepted"; email: string; role: string }
  | { kind: "new_device"; device: string; address: string | null; at: string }
  | { kind: "passkey_changed"; change: PasskeyChange; name: string; address: string | null; at: string }
  /** `left`: recovery codes that are left, once one was used. */
  | {
      kind: "second_factor_changed";
      change: SecondFactorChange;
      left: number | null;
      address: string | null;
      at: string;
    };

/** A notice in words, for the console and mails alike. */
export interface NoticeWords {
  title: string;
  text: string;
  action: { label: string; path: `/${string}` };
}

/** A notice as the person sees it whom it is for. */
export interface NoticeView extends NoticeWords {
  id: Id<"ntc">;
  kind: NoticeKind;
  environment: Environment | null;
  createdAt: string;
  readAt: string | null;
}

/** Counting stops here. */
export const UNREAD_CAP = 99;

/** When the daily summary comes, and how each kind does. */
export interface NoticePreferences {
  deliveries: Record<NoticeKind, NoticeDelivery>;
  /** In the time zone of the person. */
  summaryHour: number;
}

export const DEFAULT_SUMMARY_HOUR = 8;

/** What the person has chosen, and of kinds that they were not asked about yet what those come with. */
export function withDefaultDeliveries(
  chosen: Partial<Record<NoticeKind, NoticeDelivery>>,
): Record<NoticeKind, NoticeDelivery> {
  const deliveryOf = (kind: NoticeKind) => {
    const delivery = chosen[kind];
    // Also of choices from before a kind had to be mailed.
    return delivery && canBeDelivered(kind, delivery) ? delivery : NOTICE_KINDS[kind].delivery;
  };
  return Object.fromEntries(NOTICE_KIND_NAMES.map((kind) => [kind, deliveryOf(kind)])) as Record<
    NoticeKind,
    NoticeDelivery
  >;
}
