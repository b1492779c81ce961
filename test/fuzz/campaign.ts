import fc from "fast-check";

/** One kind of input, and what becomes of it. */
export interface Target<Plan> {
  name: string;
  plans: fc.Arbitrary<Plan>;
  /** Sends it. @returns what is wrong with the outcome, in words; none is right */
  attempt(plan: Plan): Promise<string[]>;
  /** How the input reads once it is sent, such as a request in bytes. */
  show(plan: Plan): Promise<string>;
}

interface Campaign {
  runs: number;
  /** Each input is made from a seed of its own: this one, the next, and so on. So one run repeats any of them. */
  seed: number;
  /** How many are under way at the same time. */
  parallel: number;
  /** Asked after so many are done. */
  onProgress?: (done: number) => Promise<void> | void;
}

/** Kinds of faults after which there is nothing to be learned from more. */
const MAX_KINDS = 12;
/** For making one failing input smaller, in milliseconds. */
const SHRINK_MS = 20_000;

/** Characters of an input that a report shows. */
const MAX_SHOWN = 1_500;

/** A fault, with the smallest input that still shows it. */
interface Finding {
  seed: number;
  fault: string;
  times: number;
  input: string;
}

/**
 * Sends so many inputs, on and on also after a fault, and makes the first of each kind of fault as small as it gets.
 * @throws Error that tells them all
 */
export async function attack<Plan>(target: Target<Plan>, campaign: Campaign): Promise<void> {
  const { runs, seed, parallel, onProgress } = campaign;
  const kinds = new Map<string, { seed: number; times: number }>();
  let next = 0;
  let done = 0;
  const worker = async () => {
    while (next < runs && kinds.size < MAX_KINDS) {
      const own = seed + next++;
      for (const fault of await attempt(target, planOf(target.plans, own))) {
        const known = kinds.get(kindOf(fault));
        if (known) known.times++;
        else kinds.set(kindOf(fault), { seed: own, times: 1 });
      }
      done++;
      await onProgress?.(done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, runs) }, worker));
  if (kinds.size === 0) return;
  const findings: Finding[] = [];
  for (const [kind, found] of kinds) findings.push(await smallest(target, kind, found));
  throw new Error(report(target.name, findings, done));
}

function planOf<Plan>(plans: fc.Arbitrary<Plan>, seed: number): Plan {
  const [plan] = fc.sample(plans, { seed, numRuns: 1 });
  return plan as Plan;
}

async function attempt<Plan>(target: Target<Plan>, plan: Plan): Promise<string[]> {
  try {
    return await target.attempt(plan);
  } catch (error) {
    return [error instanceof Error ? `${error.name}: ${error.message}` : String(error)];
  }
}

/** Faults that differ in what stands after their first words are one kind. */
function kindOf(fault: string): string {
  return fault.slice(0, 60);
}

/** Smaller inputs are tried for as long as they show a fault of the same kind. */
async function smallest<Plan>(
  target: Target<Plan>,
  kind: string,
  { seed, times }: { seed: number; times: number },
): Promise<Finding> {
  let fault = kind;
  const property = fc.asyncProperty(target.plans, async (plan) => {
    const found = (await attempt(target, plan)).find((one) => kindOf(one) === kind);
    if (found === undefined) return true;
    fault = found;
    return false;
  });
  const { counterexample } = await fc.check(property, {
    seed,
    numRuns: 1,
    interruptAfterTimeLimit: SHRINK_MS,
  });
  // Not again: it took something that was there at that moment, such as the other inputs.
  const [plan] = counterexample ?? [planOf(target.plans, seed)];
  const again = counterexample ? "" : " (not when it was sent again, alone)";
  const input = `${JSON.stringify(plan).slice(0, MAX_SHOWN)}\n${(await target.show(plan as Plan)).slice(0, MAX_SHOWN)}`;
  return { seed, fault: fault + again, times, input };
}

function report(name: string, findings: readonly Finding[], done: number): string {
  const told = findings.map(
    ({ seed, fault, times, input }) =>
      `\n${fault}\n  ${times} times; repeat the first with --seed ${seed} --runs 1\n  ${input}`,
  );
  return `${name}: ${findings.length} kinds of faults in ${done} inputs\n${told.join("\n")}`;
}
