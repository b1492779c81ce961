import { type Answer, call, overNetwork } from "@test/support/calls";
import { newEmail } from "@test/support/fixture";
import type { RevealedKey } from "@/contracts/keys";
import { generateKey } from "@/server/core/key-format";
import type { Change, Place } from "./plan";
import type { Stalls } from "./stalls";
import type { World } from "./world";

/** Between two calls at one process, in milliseconds: light load, that arrives however slow the answers are. */
const EVERY_MS = 100;
/** Within which every call has its answer, in milliseconds. */
const ANSWER_MS = 5_000;
/** A call that has no answer by then is given up by its caller; one that has none in five seconds is a fault already. */
const GIVEN_UP_MS = 15_000;
/** Of the key that reaches its limit. */
export const LIMIT_A_MINUTE = 20;
export const PLACES: readonly Place[] = [0, 1];

/** A call's kind, and what it may be answered but for 503. */
interface Kind {
  name: string;
  method: "GET" | "POST";
  path: string;
  key: string;
  mayBe: (told: Told) => boolean;
}

/** A call as its caller saw it. */
export interface Told {
  place: Place;
  kind: string;
  key: string;
  /** Epoch milliseconds. */
  startedAt: number;
  endedAt: number;
  /** 0: the connection ended without an answer. */
  status: number;
  code: unknown;
  requestId: string | null;
  retryAfter: string | null;
  type: string | null;
  /** Whether the limit was decided by what all processes share. */
  shared: boolean;
}

/** The key from which something is taken in a round. */
export interface Victim {
  made: RevealedKey;
  change: Change;
  /** From then on, until it is answered, the change may hold or not. */
  askedAt: number;
  /** Calls that start later must not be admitted with what was taken. */
  answeredAt: number;
  /** After a regenerate. */
  newSecret: string | null;
}

const isServed = ({ status }: Told) => status === 200 || status === 201;
const is = (status: number, code: string) => (told: Told) => told.status === status && told.code === code;

/** What a call is refused with once the change holds. A lowered limit lets a few pass, which are counted in the end. */
const REFUSALS: Record<Change, (told: Told) => boolean> = {
  revoked: is(401, "key_revoked"),
  regenerated: is(401, "key_invalid"),
  narrowed: is(403, "permission_denied"),
  limited: (told) => isServed(told) || is(429, "rate_limited")(told),
};

/** A stream of calls at both processes, which checks each answer. */
export class Load {
  readonly told: Told[] = [];
  /** In words: answers that nobody may get. */
  #faults: string[] = [];
  victim: Victim | null = null;
  #timer: NodeJS.Timeout | null = null;
  #next = 0;
  readonly #open = new Set<Promise<void>>();
  readonly #kinds: readonly Kind[];

  constructor(
    private readonly world: World,
    private readonly stalls: Stalls,
    keys: { steady: string; limited: string },
  ) {
    const get = { method: "GET", path: "/staging/customers", key: keys.steady, mayBe: isServed } as const;
    const limited = { ...get, name: "within a limit", path: "/staging/key", key: keys.limited };
    const stranger = { ...get, name: "stranger", key: generateKey("kw", "staging") };
    this.#kinds = [
      { ...get, name: "list" },
      { ...get, name: "create", method: "POST" },
      { ...get, name: "own key", path: "/staging/key" },
      { ...limited, mayBe: (told) => isServed(told) || is(429, "rate_limited")(told) },
      { ...stranger, mayBe: is(401, "key_invalid") },
    ];
  }

  start(): void {
    this.#timer = setInterval(() => {
      const kinds = [...this.#kinds, ...this.#victimsKinds()];
      const kind = kinds[this.#next++ % kinds.length];
      if (kind) for (const place of PLACES) this.#ask(place, kind);
    }, EVERY_MS);
  }

  /** Resolves when the last call has its answer. */
  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await Promise.all(this.#open);
  }

  /** Those that started at or after an instant, at one process, in the order in which they started. */
  since(startedAt: number, place: Place): Told[] {
    return this.told
      .filter((told) => told.place === place && told.startedAt >= startedAt)
      .sort((one, other) => one.startedAt - other.startedAt);
  }

  get answered(): (Told & { requestId: string })[] {
    return this.told.flatMap(({ requestId, ...told }) =>
      requestId === null ? [] : [{ ...told, requestId }],
    );
  }

  /** What was found since it was last asked. */
  takeFaults(): string[] {
    const faults = this.#faults;
    this.#faults = [];
    return faults;
  }

  #victimsKinds(): Kind[] {
    const { victim } = this;
    if (!victim) return [];
    const kind = { name: victim.change, method: "GET", path: "/staging/customers" } as const;
    const old = (told: Told) => {
      if (told.startedAt > victim.answeredAt) return REFUSALS[victim.change](told);
      return isServed(told) || (told.endedAt >= victim.askedAt && REFUSALS[victim.change](told));
    };
    const kinds: Kind[] = [{ ...kind, key: victim.made.secret, mayBe: old }];
    if (victim.newSecret) kinds.push({ ...kind, name: "new secret", key: victim.newSecret, mayBe: isServed });
    return kinds;
  }

  #ask(place: Place, kind: Kind): void {
    const asking = this.#tell(place, kind).finally(() => this.#open.delete(asking));
    this.#open.add(asking);
  }

  async #tell(place: Place, { name, method, path, key, mayBe }: Kind): Promise<void> {
    const server = this.world.servers[place];
    const wasDown = server.down;
    const startedAt = Date.now();
    const givenUp = AbortSignal.timeout(GIVEN_UP_MS);
    const api = overNetwork(server.mount);
    const body = method === "POST" ? { body: { email: newEmail() } } : {};
    const answer = await call(
      (path, init, address) => api(path, { ...init, signal: givenUp }, address),
      method,
      path,
      { key, ...body },
    ).catch(() => null);
    const told = { place, kind: name, key, startedAt, endedAt: Date.now(), ...wordsOf(answer) };
    this.told.push(told);
    const nobodyThere = wasDown || server.down || server.endedAt >= startedAt;
    const fault = this.#isLate(told) ? "No answer for five seconds" : faultOf(told, mayBe, nobodyThere);
    if (fault) this.#faults.push(`${fault}: ${JSON.stringify({ ...told, key: undefined })}`);
  }

  #isLate({ startedAt, endedAt }: Told): boolean {
    return endedAt - startedAt - this.stalls.between(startedAt, endedAt) > ANSWER_MS;
  }
}

function faultOf(told: Told, mayBe: (told: Told) => boolean, nobodyThere: boolean): string | null {
  if (told.status === 0) return nobodyThere ? null : "The connection ended without an answer";
  if (told.status !== 503) return mayBe(told) ? null : "An answer that nobody may get";
  const isProblem = told.type === "application/problem+json" && told.code === "unavailable";
  return isProblem && told.retryAfter !== null ? null : "503 that does not say what to do";
}

function wordsOf(answer: Answer | null) {
  const header = (name: string) => answer?.headers.get(name) ?? null;
  return {
    status: answer?.status ?? 0,
    code: answer?.json.code ?? null,
    requestId: header("x-request-id"),
    retryAfter: header("retry-after"),
    type: header("content-type"),
    shared: header("ratelimit") !== null,
  };
}

/** Whether its caller got what was asked, or was refused for a reason of the caller's own. */
export const isDown = ({ status }: Told): boolean => status === 0 || status === 503;
