import { createAdminSchema } from "@/contracts/schemas/admins";
import { newToken } from "@/server/core/secrets";
import { parse } from "@/server/core/validation";
import { createAdmin } from "@/server/services/admins";
import { type DemoPart, TEAM } from "./run";
import { people } from "./words";

/** Colleagues, one of each role below owner. Nobody knows their passwords: they are there to be seen, and to have acted. */
export const team: DemoPart = ({ random, tag, at }) => {
  const colleagues = people(random, TEAM.length, tag, "keyward-demo");
  return TEAM.map((role, index) => ({
    at: at(120, 8, 10 * index),
    async play({ as, records }) {
      const input = parse(createAdminSchema, { ...colleagues[index], role, password: newToken() });
      const admin = await createAdmin(as({ kind: "system", name: "command line" }), input);
      records.team[role] = { kind: "admin", ...admin };
    },
  }));
};
