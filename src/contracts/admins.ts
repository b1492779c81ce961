import type { Id } from "./ids";
import type { RoleGrants } from "./roles";

export const MIN_PASSWORD_LENGTH = 12;

/** Who is signed in, as the console's pages see it. */
export interface AdminView extends RoleGrants {
  id: Id<"adm">;
  email: string;
  name: string;
  /** What times are shown in: a name of the IANA time zone database. */
  timeZone: string;
}

/** An administrator as those see them who manage the team. */
export interface TeamMember extends AdminView {
  createdAt: string;
  /** Null: never. */
  lastSignInAt: string | null;
  /** Null: may sign in. */
  deactivatedAt: string | null;
  /** Whether signing in asks them for a second factor. */
  hasSecondFactor: boolean;
  /** The providers of which an account signs them in, by issuer. */
  providers: string[];
  /** In how many browsers they are signed in. */
  sessions: number;
}
