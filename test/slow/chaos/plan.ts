import fc from "fast-check";

/** What can happen to a server that others run: Postgres, Redis. */
const SERVER_FAULTS = ["stopped", "frozen", "black-holed", "restarted"] as const;
export type ServerFault = (typeof SERVER_FAULTS)[number];

/** A fault, by what it strikes. */
export type Fault =
  | { part: "Postgres" | "Redis"; how: ServerFault }
  | { part: "process"; how: "killed" | "stopped" }
  | { part: "clock"; how: ClockJump };

/** Of a process' clock, in libfaketime's words. */
export type ClockJump = "+6m" | "-6m" | "+40d";

const FAULTS: readonly Fault[] = [
  ...SERVER_FAULTS.map((how) => ({ part: "Postgres", how }) as const),
  ...SERVER_FAULTS.map((how) => ({ part: "Redis", how }) as const),
  { part: "process", how: "killed" },
  { part: "process", how: "stopped" },
  { part: "clock", how: "+6m" },
  { part: "clock", how: "-6m" },
  { part: "clock", how: "+40d" },
];

/** What an administrator takes from a key. */
const CHANGES = ["revoked", "regenerated", "narrowed", "limited"] as const;
export type Change = (typeof CHANGES)[number];

/** When the change is asked for. In the middle it may come to nothing, and is asked for again until it is answered. */
const MOMENTS = ["before", "during", "after"] as const;

/** Of two processes. */
export type Place = 0 | 1;
const place = fc.constantFrom<Place>(0, 1);

export interface Round {
  fault: Fault;
  /** For how long, in milliseconds; without meaning for what is restarted at once. */
  lastsMs: number;
  /** The process that is struck, where one is. */
  struck: Place;
  change: Change;
  moment: (typeof MOMENTS)[number];
  /** The process where the change is made. */
  at: Place;
}

const round = fc.record({
  lastsMs: fc.integer({ min: 1_000, max: 4_000 }),
  struck: place,
  change: fc.constantFrom(...CHANGES),
  moment: fc.constantFrom(...MOMENTS),
  at: place,
});

/** Rounds that a seed draws. Faults are dealt like cards, so that each kind has its turns. */
export function planOf(seed: number, rounds: number): Round[] {
  const decks = Math.ceil(rounds / FAULTS.length);
  const deck = fc.shuffledSubarray([...FAULTS], { minLength: FAULTS.length });
  const [drawn] = fc.sample(
    fc.tuple(
      fc.array(deck, { minLength: decks, maxLength: decks }),
      fc.array(round, { minLength: rounds, maxLength: rounds }),
    ),
    { seed, numRuns: 1 },
  );
  const [faults = [], others = []] = drawn ?? [];
  return faults
    .flat()
    .slice(0, rounds)
    .flatMap((fault, index) => {
      const rest = others[index];
      return rest ? [{ fault, ...rest }] : [];
    });
}

export const nameOf = ({ part, how }: Fault): string =>
  part === "clock"
    ? `a process' clock jumps by ${how}`
    : `${part === "process" ? "a process" : part} is ${how}`;
