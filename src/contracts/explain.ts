import type { Environment } from "./environments";
import type { Id } from "./ids";
import type { ProblemCode } from "./problems";
import type { Check, LimitReading, TraceStep } from "./requests";

export const EXPLAINED_METHODS = ["GET", "HEAD", "POST", "PATCH", "DELETE"] as const;

export const MAX_EXPLAINED_PATH = 1_000;

/** What the gateway says to a call, and why. */
export interface Explanation {
  /** Every check in order. All skipped where no route serves the path: it is answered without a look at the key. */
  steps: TraceStep[];
  refusedBy: Check | null;
  /** The refusal, in the words of the answer; null when the gateway lets the call in. */
  refusal: { status: number; code: ProblemCode; detail: string } | null;
  /** Method and template; null where no route serves the path. */
  route: string | null;
  permission: string | null;
  key: { id: Id<"key">; name: string } | null;
  /** Set where a call of the log came with the key's previous secret, during an overlap. */
  usedSecret: "previous" | null;
  /** The key's windows: as a call of the log left them, as they stand before one that nobody made; null where not looked at. */
  limits: LimitReading[] | null;
}

/** A call of the log: what became of it, and what would become of it now. */
export interface RequestExplanation {
  requestId: Id<"req">;
  at: string;
  environment: Environment;
  method: string;
  path: string;
  address: string | null;
  /** Of the answer; not only the gateway can refuse. */
  status: number;
  logged: Explanation;
  /** The same call at this moment; null where the log does not tell which key it carried. */
  now: Explanation | null;
}
