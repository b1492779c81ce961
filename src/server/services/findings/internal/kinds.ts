import { DAY_MS } from "@/contracts/durations";
import { FINDING_BOUNDS, FINDING_KINDS, type FindingEvidence, type FindingKind } from "@/contracts/findings";
import { SILENCE_BOUNDS } from "@/contracts/key-policies";
import { grants, isPermission, PERMISSIONS } from "@/contracts/permissions";
import { proposeLeastPrivilege, VERIFY_ROUTE } from "../../usage";
import type { KeyFacts } from "./facts";

type EvidenceOf<Kind extends FindingKind> = Extract<FindingEvidence, { kind: Kind }>;

/** A finding before it is kept. */
export interface DetectedFinding {
  kind: FindingKind;
  evidence: FindingEvidence;
  /** What makes it the same finding; see database/schema/findings.ts. */
  fingerprint: string;
}

interface Detector<Kind extends FindingKind> {
  /** Whether the facts amount to the finding, and on what it rests. Pure. */
  find(key: KeyFacts, now: Date): EvidenceOf<Kind> | null;
  fingerprint(evidence: EvidenceOf<Kind>): string;
}

const since = (instant: Date, now: Date) => now.getTime() - instant.getTime();
const days = (count: number) => count * DAY_MS;

const DETECTORS: { [Kind in FindingKind]: Detector<Kind> } = {
  exposed: {
    find({ exposures, regeneratedAt }) {
      // Once the secret is another one, the one that was seen opens nothing.
      const open = exposures.filter(({ lastSeenAt }) => !regeneratedAt || regeneratedAt <= lastSeenAt);
      const [latest] = open.toSorted((one, other) => since(one.lastSeenAt, other.lastSeenAt));
      if (!latest) return null;
      return {
        kind: "exposed",
        calls: open.reduce((total, { calls }) => total + calls, 0),
        firstAt: latest.firstSeenAt.toISOString(),
        lastAt: latest.lastSeenAt.toISOString(),
        lastRequestId: latest.lastRequestId,
      };
    },
    fingerprint: ({ firstAt }) => firstAt,
  },
  new_network: {
    find({ networks }, now) {
      const news = networks.flatMap(({ network, firstSeenAt, usedBeforeAt, calls }) => {
        if (!usedBeforeAt || since(firstSeenAt, now) > days(FINDING_BOUNDS.newsDays)) return [];
        if (since(usedBeforeAt, firstSeenAt) < days(FINDING_BOUNDS.quietDays)) return [];
        return [
          { network, firstAt: firstSeenAt.toISOString(), usedBeforeAt: usedBeforeAt.toISOString(), calls },
        ];
      });
      const [latest] = news.toSorted((one, other) => other.firstAt.localeCompare(one.firstAt));
      return latest ? { kind: "new_network", ...latest } : null;
    },
    fingerprint: ({ network, firstAt }) => `${network} ${firstAt}`,
  },
  expiring: {
    find({ expiresAt }, now) {
      if (!expiresAt || since(now, expiresAt) > days(FINDING_BOUNDS.expiringDays)) return null;
      return { kind: "expiring", expiresAt: expiresAt.toISOString() };
    },
    fingerprint: ({ expiresAt }) => expiresAt,
  },
  silent: {
    find({ silence }, now) {
      if (!silence || since(now, silence.endsAt) > days(SILENCE_BOUNDS.noticeDays)) return null;
      return {
        kind: "silent",
        since: silence.since.toISOString(),
        revokedAt: silence.endsAt.toISOString(),
      };
    },
    // By the silence and not by its end, which a change of the policy moves: it stays the notice that was given.
    fingerprint: ({ since }) => since,
  },
  resumed: {
    find({ resumedAt, dormantSince }, now) {
      if (!resumedAt || !dormantSince || since(resumedAt, now) > days(FINDING_BOUNDS.newsDays)) return null;
      if (since(dormantSince, resumedAt) < days(FINDING_BOUNDS.dormantDays)) return null;
      return {
        kind: "resumed",
        resumedAt: resumedAt.toISOString(),
        dormantSince: dormantSince.toISOString(),
      };
    },
    fingerprint: ({ resumedAt }) => resumedAt,
  },
  wrong_environment: {
    find({ elsewhere }) {
      if (!elsewhere) return null;
      return { kind: "wrong_environment", ...elsewhere, lastHour: elsewhere.lastHour.toISOString() };
    },
    fingerprint: ({ environments }) => environments.join(" "),
  },
  limit_hit: {
    find({ limited: { calls, refused } }) {
      if (calls < FINDING_BOUNDS.limitMinCalls || refused * 100 <= calls * FINDING_BOUNDS.limitPercent)
        return null;
      return { kind: "limit_hit", calls, limited: refused };
    },
    fingerprint: () => "",
  },
  over_privileged: {
    find({ createdAt, lastUsedRoute, permissions, permissionsBefore, uses }, now) {
      // A key that was not used at all is another finding, and one this young had no time to show what it needs.
      if (uses.length === 0) return null;
      // What services asked about it is not in its figures.
      if (lastUsedRoute === VERIFY_ROUTE) return null;
      if (since(createdAt, now) < days(FINDING_BOUNDS.unexercisedDays)) return null;
      const proposed = proposeLeastPrivilege(permissions, uses).proposed?.filter(isPermission) ?? [];
      const unexercised = PERMISSIONS.filter(
        (permission) =>
          permissions.includes(permission) &&
          !grants(proposed, permission) &&
          permissionsBefore.every((before) => grants(before, permission)),
      );
      if (unexercised.length === 0) return null;
      const calls = uses.reduce((total, exercise) => total + exercise.calls, 0);
      return { kind: "over_privileged", unexercised, proposed, calls };
    },
    fingerprint: ({ unexercised }) => unexercised.join(" "),
  },
  outside_policy: {
    find({ broken }) {
      return broken.length > 0 ? { kind: "outside_policy", broken: [...broken] } : null;
    },
    fingerprint: ({ broken }) => broken.join(" "),
  },
  owner_left: {
    find({ ownerLeft }) {
      return ownerLeft === null ? null : { kind: "owner_left", owner: ownerLeft };
    },
    fingerprint: ({ owner }) => owner,
  },
  never_used: {
    find({ lastUsedAt, createdAt }, now) {
      if (lastUsedAt || since(createdAt, now) < days(FINDING_BOUNDS.neverUsedDays)) return null;
      return { kind: "never_used", createdAt: createdAt.toISOString() };
    },
    fingerprint: () => "",
  },
  dormant: {
    find({ lastUsedAt }, now) {
      if (!lastUsedAt || since(lastUsedAt, now) < days(FINDING_BOUNDS.dormantDays)) return null;
      return { kind: "dormant", lastUsedAt: lastUsedAt.toISOString() };
    },
    fingerprint: ({ lastUsedAt }) => lastUsedAt,
  },
  no_expiry: {
    find({ environment, expiresAt, createdAt }) {
      if (environment !== "production" || expiresAt) return null;
      return { kind: "no_expiry", createdAt: createdAt.toISOString() };
    },
    fingerprint: () => "",
  },
};

/** Everything worth a look about one active key. */
export function findingsOf(key: KeyFacts, now: Date): DetectedFinding[] {
  return FINDING_KINDS.flatMap((kind) => detect(kind, key, now) ?? []);
}

function detect<Kind extends FindingKind>(kind: Kind, key: KeyFacts, now: Date): DetectedFinding | null {
  const { find, fingerprint } = DETECTORS[kind];
  const evidence = find(key, now);
  return evidence && { kind, evidence, fingerprint: fingerprint(evidence) };
}
