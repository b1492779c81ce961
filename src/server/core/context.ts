import type { Id } from "@/contracts/ids";
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
}
