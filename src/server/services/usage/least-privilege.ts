import { JOB_TYPES, type JobType } from "@/contracts/job-types";
import { grants, PERMISSIONS, type Permission } from "@/contracts/permissions";
import type { PermissionReplay, Trim } from "@/contracts/usage";
import { WEBHOOK_EVENTS_READ_BY } from "@/contracts/webhooks";

/** Calls that passed the checks, and what let them pass. */
export interface PermissionUse {
  /** What the route asks for; null: nothing. */
  permission: Permission | null;
  /** What the call needed beside that. */
  also: readonly Permission[];
  calls: number;
}

/** Calls of a route, as the figures have them. */
export interface RouteCalls {
  route: string;
  permission: Permission | null;
  calls: number;
}

/** Jobs that were started. */
export interface StartedJobs {
  type: JobType;
  /** What their results hold beyond what the permission of the work opens. */
  shown: readonly Permission[];
  jobs: number;
}

const START_ROUTE = "POST /jobs";
/**
 * Where services ask about a key. Such a call is in the figures as that of the service's own key, so of a key whose last use was
 * one, nobody can tell from the figures what it needs.
 */
export const VERIFY_ROUTE = "POST /keys/verify";
const RESULT_ROUTE = "GET /jobs/{id}/result";

/** What reading the result of any job may take. */
const RESULT_PERMISSIONS: readonly Permission[] = [
  ...new Set(Object.values(JOB_TYPES).map((details) => details.resultPermission)),
];

/** What a key must be able to read itself to have it sent to an endpoint. */
const EVENT_PERMISSIONS: readonly Permission[] = [...new Set(Object.values(WEBHOOK_EVENTS_READ_BY))];

/** Routes of keys and webhooks that ask for their own permission and nothing beside it. */
const ASKING_NO_MORE = new Set(["GET /keys", "GET /keys/{id}", "GET /webhooks", "GET /webhooks/{id}"]);

/** What a call may have taken beside the permission of its route. */
function alsoTaken({ route, permission }: RouteCalls): readonly Permission[] {
  if (route === RESULT_ROUTE) return RESULT_PERMISSIONS;
  if (ASKING_NO_MORE.has(route)) return [];
  if (permission === "webhooks:manage") return EVENT_PERMISSIONS;
  return permission === "keys:manage" ? PERMISSIONS : [];
}

/**
 * What calls exercised. The figures know the permission of the route alone, and some routes ask for more:
 * - starting a job takes the permission of its work, which the jobs themselves tell;
 * - fetching a result takes that of what it holds;
 * - a webhook endpoint takes what reads the events that it is told of;
 * - what a key gives to another one it must have itself.
 * Which job, which events and which key it was is not kept, so all that it may have been counts as needed: a proposal must not cut
 * too deep.
 */
export function permissionUsesOf(
  calls: readonly RouteCalls[],
  started: readonly StartedJobs[],
): PermissionUse[] {
  const jobs = started.reduce((total, one) => total + one.jobs, 0);
  return [
    ...calls.map((row) => ({
      permission: row.permission,
      also: alsoTaken(row),
      calls: row.route === START_ROUTE ? Math.max(0, row.calls - jobs) : row.calls,
    })),
    ...started.map(({ type, shown, jobs: calls }) => ({
      permission: "jobs:write" as const,
      also: [JOB_TYPES[type].permission, ...shown],
      calls,
    })),
  ].filter((exercise) => exercise.calls > 0);
}

/** Every permission that the calls needed. */
function neededOf(uses: readonly PermissionUse[]): Permission[] {
  const needed = new Set(uses.flatMap(({ permission, also }) => [permission ?? [], also].flat()));
  return PERMISSIONS.filter((permission) => needed.has(permission));
}

/**
 * The smallest set that would have let the same calls pass and goes nowhere beyond what the key has: a permission whose
 * holder only ever did what a lesser one allows is replaced by the lesser one.
 * @param present the key's permissions
 */
export function leastPrivilege(present: readonly string[], uses: readonly PermissionUse[]): Permission[] {
  const needed = neededOf(uses).filter((permission) => grants(present, permission));
  return needed.filter(
    (permission) => !needed.some((other) => other !== permission && grants([other], permission)),
  );
}

/**
 * What a set would have done to the calls.
 * @param present what the key has: what it could not do before is not refused by the change
 */
export function replay(
  present: readonly string[],
  set: readonly string[],
  uses: readonly PermissionUse[],
): PermissionReplay {
  const missing = new Map<Permission, number>();
  let refused = 0;
  for (const { permission, calls, also } of uses) {
    const lacking = [permission ?? [], also]
      .flat()
      .filter((needed) => grants(present, needed) && !grants(set, needed));
    if (lacking.length > 0) refused += calls;
    for (const needed of lacking) missing.set(needed, (missing.get(needed) ?? 0) + calls);
  }
  return {
    calls: uses.reduce((total, { calls }) => total + calls, 0),
    refused,
    missing: [...missing]
      .map(([permission, calls]) => ({ permission, calls }))
      .sort((left, right) => right.calls - left.calls),
  };
}

/** For a key of which it cannot be told what it needs. */
export function noProposal(present: readonly string[], uses: readonly PermissionUse[]): Trim {
  return { proposed: null, removed: [], added: [], replay: replay(present, present, uses) };
}

/**
 * The proposal to trim a key, and its proof.
 * @param kept permissions of the key that stay, whatever it did: of those that were defined here, its services know
 */
export function proposeLeastPrivilege(
  present: readonly string[],
  uses: readonly PermissionUse[],
  kept: readonly string[] = [],
): Trim {
  const needed = leastPrivilege(present, uses);
  // Before what is kept: without a call that took one there is no evidence against any, whatever else the key holds.
  if (needed.length === 0) return noProposal(present, uses);
  const proposed = [...needed, ...kept];
  return {
    proposed,
    removed: present.filter((permission) => !proposed.some((other) => other === permission)),
    added: needed.filter((permission) => !present.includes(permission)),
    replay: replay(present, proposed, uses),
  };
}
