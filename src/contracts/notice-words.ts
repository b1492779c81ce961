import { FINDINGS } from "./findings";
import { JOB_TYPES } from "./job-types";
import type { NamedKey, NoticeFacts, NoticeWords, SecondFactorChange } from "./notices";
import { grouped } from "./numbers";
import type { ApprovalKind } from "./schemas/approvals";
import { WEBHOOK_DISABLED_REASONS } from "./webhooks";

const onDay = (instant: string) => `${instant.slice(0, 10)} at ${instant.slice(11, 16)} UTC`;
const keyAction = (label: string, { id }: NamedKey) => ({ label, path: `/api-keys/${id}` as const });

/** What it says, and the page with what can be done about it. */
export function noticeWords(facts: NoticeFacts): NoticeWords {
  switch (facts.kind) {
    case "key_expiring": {
      const { key, expiresAt, daysLeft } = facts;
      return {
        title: `${key.name} expires ${daysLeft <= 1 ? "within a day" : `in ${daysLeft} days`}`,
        text: `The key for ${key.environment} ends on ${onDay(expiresAt)}; its calls are refused from then on. Give it a later expiry, or move what uses it to another key.`,
        action: keyAction("Open the key", key),
      };
    }
    case "key_expired":
      return {
        title: `${facts.key.name} has expired`,
        text: `The key for ${facts.key.environment} ended on ${onDay(facts.expiresAt)}, and its calls are refused. A later expiry brings it back.`,
        action: keyAction("Open the key", facts.key),
      };
    case "key_silent":
      return {
        title: `${facts.key.name} will be revoked for silence`,
        text: `Nobody uses the key for ${facts.key.environment}, and the policy revokes it on ${onDay(facts.revokedAt)}. One call keeps it; if nobody needs it, leave it to that.`,
        action: keyAction("Open the key", facts.key),
      };
    case "new_network": {
      const { key, network, firstAt, more } = facts;
      const others = more === 0 ? "" : ` and ${more} more`;
      return {
        title: `${key.name} is used from a new network`,
        text: `The key for ${key.environment} was used from ${network}${others} for the first time, on ${onDay(firstAt)}. If whoever uses it has not moved, somebody else has it: regenerate it.`,
        action: keyAction("Open the key", key),
      };
    }
    case "limit_hit": {
      const { key, hour, refused } = facts;
      return {
        title: `${key.name} is over its limit`,
        text: `${grouped(refused)} calls with the key for ${key.environment} were refused in the hour from ${onDay(hour)}. Raise its limit if the use is right, or have whoever uses it slow down.`,
        action: keyAction("Open the key", key),
      };
    }
    case "key_finding": {
      const { label, meaning } = FINDINGS[facts.finding];
      return {
        title: `${facts.key.name}: ${label.charAt(0).toLowerCase()}${label.slice(1)}`,
        text: `About the key for ${facts.key.environment}: ${meaning}`,
        action: keyAction("Open the key", facts.key),
      };
    }
    case "approval_asked":
      return {
        title: `${facts.name} waits for approval`,
        text: `${facts.by} has asked for ${askedFor(facts.asked)} in ${facts.environment}, which takes a second person's approval. Approve or refuse it.`,
        action: { label: "Open the approvals", path: "/api-keys/approvals?env=all" },
      };
    case "approval_decided":
      return decisionWords(facts);
    case "job_failed":
      return {
        title: `A job has failed: ${JOB_TYPES[facts.job.type].label}`,
        text: `In ${facts.job.environment}: ${facts.detail}`,
        action: { label: "Open the job", path: `/jobs/${facts.job.id}` },
      };
    case "webhook_disabled": {
      const { webhook, reason } = facts;
      return {
        title: `The webhook to ${webhook.host} was disabled`,
        text: `Nothing of ${webhook.environment} is sent there any more. ${WEBHOOK_DISABLED_REASONS[reason]} Once its receiver works, enable it again; what happens until then is not sent later.`,
        action: { label: "Open the webhook", path: `/webhooks/${webhook.id}` },
      };
    }
    case "invitation_accepted":
      return {
        title: `${facts.email} has accepted the invitation`,
        text: `They can sign in now, as ${facts.role}.`,
        action: { label: "Open the team", path: "/team" },
      };
    case "new_device": {
      const { device, address, at } = facts;
      return {
        title: `New sign-in with ${device}`,
        text: `Somebody signed in as you on ${onDay(at)}${address ? ` from ${address}` : ""}. If it was not you, sign that browser out and change your password.`,
        action: { label: "Look at your sessions", path: "/profile#sessions" },
      };
    }
    case "passkey_changed": {
      const { change, name, address, at } = facts;
      const place = `on ${onDay(at)}${address ? ` from ${address}` : ""}`;
      return {
        title: `The passkey ${name} was ${change}`,
        text:
          change === "registered"
            ? `It was registered ${place}, and signs in as you. If that was not you, remove it, sign out everywhere else and change your password.`
            : `It was removed ${place}, and signs nobody in any more. If that was not you, sign out everywhere else and change your password.`,
        action: { label: "Look at your passkeys", path: "/profile#passkeys" },
      };
    }
    case "second_factor_changed": {
      const { change, left, address, at } = facts;
      const [title, text] = SECOND_FACTOR_WORDS[change];
      const place = `on ${onDay(at)}${address ? ` from ${address}` : ""}`;
      const rest = left === null ? "" : ` ${left === 1 ? "One code is" : `${left} codes are`} left.`;
      return {
        title,
        text: `${text} ${place}.${rest} If that was not you, sign out everywhere else and change your password.`,
        action: { label: "Look at your second factor", path: "/profile#second-factor" },
      };
    }
  }
}

/** Title, and the text up to where and when. */
const SECOND_FACTOR_WORDS: Record<SecondFactorChange, [string, string]> = {
  enabled: [
    "Codes of an app were switched on",
    "Signing in as you takes a code of it since they were set up,",
  ],
  removed: [
    "Codes of an app were switched off",
    "Signing in as you takes none since they were switched off,",
  ],
  reset: ["Your second factor was taken away", "An owner has reset it, so that the password alone signs in,"],
  codes_renewed: ["New recovery codes were made", "Those of before open nothing. The new ones were made"],
  code_used: ["A recovery code was used", "Somebody used one in the place of your second factor"],
};

function decisionWords({
  name,
  environment,
  by,
  decision,
  reveals,
  reason,
}: Extract<NoticeFacts, { kind: "approval_decided" }>): NoticeWords {
  const action = { label: "Open the approvals", path: "/api-keys/approvals?env=all" } as const;
  if (decision === "refused") {
    const why = reason ? `: ${reason}` : ".";
    return {
      title: `${name} was refused`,
      text: `${by} has refused what you asked for in ${environment}${why}`,
      action,
    };
  }
  return {
    title: `${name} was approved`,
    text: reveals
      ? `${by} has approved the key for ${environment}. It is made when you reveal its secret, within seven days.`
      : `${by} has approved what you asked for in ${environment}, and it is done.`,
    action,
  };
}

function askedFor(asked: ApprovalKind | undefined): string {
  if (asked === "update") return "a change to a key";
  return asked === "reactivate" ? "a revoked key to work again" : "a key";
}
