import { MIB } from "@/contracts/bounds";
import type { LogState } from "@/contracts/requests";
import { type RequestLogSettings, requestLogSchema } from "@/contracts/schemas/settings";
import { DEFAULT_DAILY_MEGABYTES } from "@/contracts/settings";
import { requestBytesOfDay } from "@/server/database/day-partitions";
import { errorCode } from "@/server/database/errors";
import { withStatement } from "@/server/database/session";
import { GATEWAY_LIMITS } from "@/server/database/time-limits";
import { readRequestLogSettings, readRetention } from "@/server/services/settings";
import type { RequestLogParts } from "./writer";

const MAX_AGE_MS = 5_000;

/**
 * What is left of the day's budget goes to those who have more right to it: strangers have half of it, and what is kept
 * beyond the facts of a call may fill three quarters. So a flood of either leaves room for the facts of good keys' calls.
 */
const STRANGERS_SHARE = 0.5;
const EXTRAS_SHARE = 0.75;

/** Of the disk, for all days that are kept together, where nobody has set a budget and the disk can be seen. */
const DISK_SHARE = 0.5;
const LEAST_DAILY_BYTES = 64 * MIB;

/** So much of the disk stays free: Postgres stops where it cannot write its own journal, and with it every call. */
const FLOOR_SHARE = 0.05;
const LEAST_FLOOR_BYTES = 256 * MIB;
const MOST_FLOOR_BYTES = 2_048 * MIB;
/** Rows are written again once there is a little more, so that the log is not switched with every look. */
const RESUME_FACTOR = 1.1;

/** In bytes. */
export interface DiskSpace {
  size: number;
  free: number;
}

/**
 * What the log may keep at present: the settings, the day's budget and the room on the disk. Looked at again every five
 * seconds, while calls come in; what cannot be read stays as it was.
 */
export class LogLimits {
  #settings: RequestLogSettings = requestLogSchema.parse({});
  #state: LogState = { keeps: "everything", because: null, dayBytes: 0, budgetBytes: null, disk: null };
  #look: { at: number; done: Promise<void> } | null = null;

  constructor(private readonly parts: RequestLogParts) {}

  get state(): LogState {
    return this.#state;
  }

  get settings(): RequestLogSettings {
    return this.#settings;
  }

  /** Whether anybody has looked yet. */
  get isKnown(): boolean {
    return this.#look !== null;
  }

  /** Looks again where the last look is old. Never rejects. */
  refresh(): Promise<void> {
    const now = this.parts.clock.now().getTime();
    if (this.#look && Math.abs(now - this.#look.at) < MAX_AGE_MS) return this.#look.done;
    const done = this.#measure().catch((error: unknown) =>
      this.parts.logger.warn({ reason: errorCode(error) }, "Could not read what the request log is to keep"),
    );
    this.#look = { at: now, done };
    return done;
  }

  async #measure(): Promise<void> {
    const { databases, clock, diskSpace } = this.parts;
    const scope = {
      principal: { kind: "system", name: "request log" },
      // On the log's own pool: a busy console must not hold up the log, nor the call that waits for this.
      databases: { ...databases, owner: databases.records },
      limits: GATEWAY_LIMITS,
    } as const;
    // Apart from the database, so that a full disk is seen even where Postgres no longer answers.
    const disk = (await diskSpace?.()) ?? null;
    this.#update({ disk: disk && { ...disk, floor: this.#floorOf(disk) } });
    this.#settings = await readRequestLogSettings(scope);
    const { logDays } = await readRetention(scope);
    this.#update({
      dayBytes: await withStatement(databases.records, (sql) => requestBytesOfDay(sql, clock.now())),
      budgetBytes: budgetOf(this.#settings, disk, logDays),
    });
  }

  #floorOf({ size }: DiskSpace): number {
    const floor = Math.min(Math.max(size * FLOOR_SHARE, LEAST_FLOOR_BYTES), MOST_FLOOR_BYTES);
    return Math.round(floor);
  }

  #update(measured: Partial<LogState>): void {
    const before = this.#state;
    const now = { ...before, ...measured };
    this.#state = { ...now, ...verdictOn(now, before.because === "disk") };
    if (this.#state.keeps !== before.keeps) this.#tell();
  }

  #tell(): void {
    const { logger } = this.parts;
    const { keeps, because, dayBytes, budgetBytes, disk } = this.#state;
    const facts = { keeps, because, dayBytes, budgetBytes, freeBytes: disk?.free };
    if (keeps === "everything") logger.info(facts, "The request log keeps every call again");
    else if (because === "disk")
      logger.error(facts, "The disk is nearly full: calls are counted, and not logged");
    else logger.warn(facts, "The request log nears its budget for the day, and keeps less");
  }
}

function verdictOn(
  { dayBytes, budgetBytes, disk }: LogState,
  wasFull: boolean,
): Pick<LogState, "keeps" | "because"> {
  const floor = (disk?.floor ?? 0) * (wasFull ? RESUME_FACTOR : 1);
  if (disk && disk.free < floor) return { keeps: "counts", because: "disk" };
  const share = budgetBytes === null ? 0 : dayBytes / budgetBytes;
  if (share >= 1) return { keeps: "counts", because: "budget" };
  if (share >= EXTRAS_SHARE) return { keeps: "facts", because: "budget" };
  if (share >= STRANGERS_SHARE) return { keeps: "known_keys", because: "budget" };
  return { keeps: "everything", because: null };
}

function budgetOf({ dailyMegabytes }: RequestLogSettings, disk: DiskSpace | null, logDays: number): number {
  if (dailyMegabytes !== null) return dailyMegabytes * MIB;
  if (!disk) return DEFAULT_DAILY_MEGABYTES * MIB;
  // Those that are kept whole, and today.
  return Math.max(Math.floor((disk.size * DISK_SHARE) / (logDays + 1)), LEAST_DAILY_BYTES);
}
