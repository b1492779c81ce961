import type { Id } from "@/contracts/ids";
import type { Action } from "@/contracts/roles";
import type { Clock } from "./clock";
import type { Principal } from "./principal";

/** What every verb knows about the call it serves. Who acts comes from here, never from the input. */
export interface Context {
  principal: Principal;
  clock: Clock;
  requestId: Id<"req"> | null;
  /** Client address as text, `null` where there is none (command line). */
  ip: string | null;
  userAgent: string | null;
  /**
   * Takes up every permission that the work asked for and got, where its answer is kept to be given again: a repeat must
   * hold them too (services/idempotency).
   */
  exercised?: Set<Action> | undefined;
}
