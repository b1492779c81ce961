import type { ErrorCode } from "@/client";

/** What a program makes of a refusal that its business does not foresee. */
export type Reaction = "pause" | "leave out" | "end" | "go on";

/** By its code. What is not here concerns one call, such as a record that an administrator has deleted. */
const REACTIONS: Partial<Record<ErrorCode, Reaction>> = {
  // The server is away or in trouble, which passes. The client has repeated the call before it says so.
  unreachable: "pause",
  unexpected_answer: "pause",
  internal: "pause",
  unavailable: "pause",
  // The key may not do this, and may do other things.
  permission_denied: "leave out",
  customer_out_of_scope: "leave out",
  // Nothing that this key calls is answered, or not for longer than the client waits by itself.
  key_missing: "end",
  key_invalid: "end",
  key_revoked: "end",
  key_expired: "end",
  environment_mismatch: "end",
  ip_not_allowed: "end",
  origin_not_allowed: "end",
  rate_limited: "end",
};

/** What to do after a refusal with this code. */
export function reactionTo(code: ErrorCode): Reaction {
  return REACTIONS[code] ?? "go on";
}
