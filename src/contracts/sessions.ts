import { z } from "zod";
import { type Id, idSchema } from "./ids";

export const sessionIdSchema = z.strictObject({ id: idSchema("ses") });

/** Where somebody is signed in, as their profile shows it. */
export interface SessionView {
  id: Id<"ses">;
  /** Browser and system in words, by what the browser says of itself. */
  device: string;
  /** Where the sign-in came from; null: not known. */
  address: string | null;
  createdAt: string;
  /** The last request, to the minute. */
  lastSeenAt: string;
  /** The end of it without another request. */
  endsAt: string;
  /** The one that asks. */
  isCurrent: boolean;
}
