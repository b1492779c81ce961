import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "@/server/core/logger";
import { messageOf } from "./errors";
import type { Postmaster } from "./postmaster";
import { describeProcess } from "./processes";

/** Our child where we started it; a taken over one is not. */
export type Server = Postmaster & { child?: ChildProcess };

/**
 * Before the first attempt to start a Postgres again that has ended, in milliseconds; each further one waits twice as long,
 * to a limit: on a disk that is full it ends at once, and must not take the machine as well.
 */
const FIRST_PAUSE_MS = 250;
const LAST_PAUSE_MS = 8_000;
/**
 * For so long it is tried again, in milliseconds. Then the process ends, for whoever watches over it to act: a disk that
 * is full for longer, or files that are damaged, need a person, and a process that only answers 503 hides that.
 */
const GIVE_UP_AFTER_MS = 5 * 60_000;
/** Between two looks at a Postgres that is not our child, in milliseconds. */
const LOOK_MS = 1_000;

/** A Postgres that somebody sees to. */
export interface KeptServer {
  /**
   * Lets go of it, so that it may be stopped. Waits for a start that is under way.
   * @returns its process id, of the last one that was started
   */
  release(): Promise<number>;
}

/**
 * Starts Postgres again whenever it ends before it is let go: without room for its log it ends itself, and finds no room to
 * recover in; the kernel ends it where memory is short. What was answered is in its log, and it has all of it again.
 * @param startAgain at the port of the former, which all pools know
 * @param onLost called when it could not be started for a while; without it there is no end to the attempts
 */
export function keepRunning(
  first: Server,
  startAgain: () => Promise<Server>,
  logger: Logger,
  onLost?: () => void,
  giveUpAfterMs = GIVE_UP_AFTER_MS,
): KeptServer {
  const released = new AbortController();
  const { signal } = released;
  let { pid } = first;

  const keep = async () => {
    for (let server = first; !signal.aborted; ) {
      await untilEnd(server, signal);
      if (signal.aborted) return;
      logger.error(
        { pid, code: server.child?.exitCode, signal: server.child?.signalCode },
        "The embedded Postgres has ended and is started again; see postgres.log",
      );
      const next = await attempt();
      if (!next) return;
      server = next;
      ({ pid } = next);
    }
  };

  const attempt = async (): Promise<Server | null> => {
    let told = "";
    const endedAt = performance.now();
    for (let ms = FIRST_PAUSE_MS; await pause(ms, signal); ms = Math.min(2 * ms, LAST_PAUSE_MS)) {
      try {
        return await startAgain();
      } catch (error) {
        const message = messageOf(error);
        // The reason is told once, for as long as it is the same: a full disk stays full for hours.
        const [reason = ""] = message.split("\n", 1);
        if (reason !== told) logger.error(`The embedded Postgres cannot be started yet. ${message}`);
        told = reason;
      }
      if (onLost && performance.now() - endedAt > giveUpAfterMs) {
        logger.fatal("The embedded Postgres could not be started again; giving up. See postgres.log");
        onLost();
        return null;
      }
    }
    return null;
  };

  const kept = keep();
  return {
    async release() {
      released.abort();
      await kept;
      return pid;
    },
  };
}

/** Returns when it has ended, or when it is let go. */
async function untilEnd({ pid, child }: Server, signal: AbortSignal): Promise<void> {
  if (!child) {
    while ((await pause(LOOK_MS, signal)) && (await describeProcess(pid)));
    return;
  }
  await new Promise<void>((resolve) => {
    // It may have ended between its last sign of life and now.
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** @returns false where it was let go meanwhile. Keeps no process alive that has nothing else to do. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return delay(ms, true, { signal, ref: false }).catch(() => false);
}
