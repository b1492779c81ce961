import { useSession } from "@/components/session-context";
import { ROLES, type Role } from "@/contracts/roles";

/** Role of whoever is signed in. A role that this page does not know counts as the least powerful one. */
export function useRole(): Role {
  const { admin } = useSession();
  return ROLES.find((role) => role === admin.role) ?? "viewer";
}
