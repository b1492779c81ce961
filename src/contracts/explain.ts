import { z } from "zod";
import { type Environment, environmentSchema } from "./environments";
import { type Id, idSchema } from "./ids";
import type { ProblemCode } from "./problems";
import type { Check, LimitReading, TraceStep } from "./requests";
import { text } from "./text";

export const EXPLAINED_METHODS = ["GET", "HEAD", "POST", "PATCH", "DELETE"] as const;

/** A call to explain that nobody has to make. */
export const explainCallSchema = z.strictObject({
  /** The key that it would carry; null: none. */
  keyId: idSchema("key").nullable(),
  /** Of the endpoint. */
  environment: environmentSchema,
  method: z.enum(EXPLAINED_METHODS),
  /** Below the environment's base, such as `/customers`. A query is left out of account, as the gateway does. */
  path: text(1, 1_000).regex(/^\//, "Must begin with a slash"),
  /** The client's, IPv4 or IPv6; null: unknown. */
  address: z.union([z.ipv4(), z.ipv6()], "Must be an IP address").nullable(),
});

export type ExplainCallInput = z.input<typeof explainCallSchema>;

export const explainRequestSchema = z.strictObject({ requestId: idSchema("req") });

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
