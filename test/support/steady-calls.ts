import { randomUUID } from "node:crypto";
import { type Answer, call, overNetwork } from "./calls";
import { type Console, consoleOf } from "./console";
import { newEmail } from "./fixture";
import type { Mount } from "./mounts";

/** Licences that each job of the calls makes. */
export const LICENSES_PER_JOB = 5;

/** Of so many turns of a caller, one starts a job. */
const TURNS_PER_JOB = 10;

/** What came of calls to one process. */
export interface Answered {
  /** The status of each API call by its request id; all of them belong into the log, once. */
  calls: Map<string, number>;
  /** How often each procedure of the console was answered. */
  procedures: Map<string, number>;
  /** The product of each job that was started, which names its licences and no others. */
  products: string[];
  /** What was answered 5xx, or not at all, in words. */
  failures: string[];
}

export interface SteadyCalls extends Answered {
  /** From now on a call that is not answered is none: the process was told to stop. */
  leave(): void;
  /** Lets the calls under way end. */
  stop(): Promise<void>;
}

interface Callers {
  /** Of the public API; each has a key of its own, so that none meets the limit of calls at once. */
  keys: readonly string[];
  /** Of a licence that all of them validate. */
  license: string;
  /** Of somebody who looks at the console. */
  cookie: string;
}

const PROCEDURES = [
  "keys.list",
  "customers.list",
  "requests.list",
  "audit.list",
  "overview.get",
  "jobs.list",
];

/** Calls a process without a pause, as apps and a browser do, until told to stop: reads, a write, a licence, jobs, pages. */
export function startCalling(mount: Mount, { keys, license, cookie }: Callers): SteadyCalls {
  const answered: Answered = { calls: new Map(), procedures: new Map(), products: [], failures: [] };
  let [stopped, mayEnd] = [false, false];
  const api = overNetwork(mount);

  const note = ({ status, text, headers }: Answer, what: string) => {
    answered.calls.set(headers.get("x-request-id") ?? `without an id: ${randomUUID()}`, status);
    if (status >= 500) answered.failures.push(`${what} was answered ${status}: ${text}`);
  };
  const repeat = async (turn: (count: number) => Promise<void>) => {
    for (let count = 0; !stopped; count++) {
      try {
        await turn(count);
      } catch (error) {
        if (mayEnd) return;
        answered.failures.push(`No answer: ${(error as Error).cause ?? error}`);
      }
    }
  };
  const app = (key: string) =>
    repeat(async (count) => {
      const ask = async (method: string, path: string, body?: unknown) => {
        const answer = await call(api, method, path, { key, ...(body === undefined ? {} : { body }) });
        note(answer, `${method} ${path}`);
        return answer;
      };
      await ask("GET", "/staging/key");
      await ask("POST", "/staging/customers", { email: newEmail(), name: "Rolling" });
      await ask("POST", "/staging/licenses/validate", { key: license });
      if (count % TURNS_PER_JOB !== 0) return;
      const product = `rolling-${randomUUID()}`;
      const input = { product, count: LICENSES_PER_JOB };
      const { status } = await ask("POST", "/staging/jobs", { type: "licenses.generate", input });
      if (status === 202) answered.products.push(product);
    });
  const browser = (console: Console) =>
    repeat(async (count) => {
      const name = PROCEDURES[count % PROCEDURES.length] as string;
      const { status, text } = await console.query(name, {});
      answered.procedures.set(name, (answered.procedures.get(name) ?? 0) + 1);
      if (status !== 200) answered.failures.push(`${name} was answered ${status}: ${text}`);
    });

  const all = Promise.all([...keys.map(app), browser(consoleOf(mount, cookie))]);
  return {
    ...answered,
    leave() {
      mayEnd = true;
    },
    async stop() {
      stopped = true;
      await all;
    },
  };
}
