import { setTimeout as delay } from "node:timers/promises";
import type { Round, ServerFault } from "./plan";
import type { Server, World } from "./world";

/** What can be done to a Postgres or a Redis. */
interface Victim {
  stop(): Promise<void>;
  start(): Promise<void>;
  freeze(): void;
  thaw(): void;
  silence(silent: boolean): void;
}

/**
 * Strikes, for as long as the round says: by a timer, as it is the length of an outage that is tried.
 * @returns when it was over, epoch milliseconds
 */
export async function strike(world: World, { fault, lastsMs, struck }: Round): Promise<number> {
  if (fault.part === "Postgres") return strikeServer(postgresOf(world), fault.how, lastsMs);
  if (fault.part === "Redis") return strikeServer(redisOf(world), fault.how, lastsMs);
  const server = world.servers[struck];
  if (fault.part === "process") {
    if (fault.how === "killed") world.kills.push({ place: struck, at: Date.now() });
    return endProcess(server, fault.how, lastsMs);
  }
  server.clock.set(fault.how);
  await delay(lastsMs);
  // Again a jump, in the other direction.
  server.clock.set("+0");
  return Date.now();
}

async function strikeServer(victim: Victim, how: ServerFault, lastsMs: number): Promise<number> {
  if (how === "stopped" || how === "restarted") {
    await victim.stop();
    if (how === "stopped") await delay(lastsMs);
    await victim.start();
    return Date.now();
  }
  const set = (struck: boolean) => {
    if (how === "black-holed") victim.silence(struck);
    else if (struck) victim.freeze();
    else victim.thaw();
  };
  set(true);
  await delay(lastsMs);
  set(false);
  return Date.now();
}

/** Over when it is started again and says that it is ready: how long Node takes to start depends on the machine. */
async function endProcess(server: Server, how: "killed" | "stopped", lastsMs: number): Promise<number> {
  server.down = true;
  server.endedAt = Date.now();
  await (how === "killed" ? server.mount.kill() : server.mount.stop());
  await delay(lastsMs);
  await server.start();
  return Date.now();
}

function postgresOf({ postgres: { server, proxy } }: World): Victim {
  const { stop, start, freeze, thaw } = server;
  return {
    stop,
    start,
    freeze,
    thaw,
    silence: (silent) => void Object.assign(proxy.state, { mute: silent }),
  };
}

function redisOf({ redis, lostCountsAt }: World): Victim {
  return {
    stop: () => {
      lostCountsAt.push(Date.now());
      return redis.server.stop();
    },
    start: () => redis.start(),
    freeze: () => redis.server.freeze(),
    thaw: () => redis.server.thaw(),
    silence: (silent) => void Object.assign(redis.proxy.state, { mute: silent }),
  };
}
