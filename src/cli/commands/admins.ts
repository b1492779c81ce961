import { createAdminSchema } from "@/contracts/admins";
import { ROLES } from "@/contracts/roles";
import { parse } from "@/server/core/validation";
import { createAdmin } from "@/server/services/admins";
import type { Command } from "../command";

export const adminCommands: readonly Command[] = [
  {
    noun: "admin",
    verb: "create",
    usage: `--email E --password P [--role ${ROLES.join("|")}] [--name N]`,
    words: 0,
    options: {
      email: { type: "string" },
      password: { type: "string" },
      role: { type: "string", default: "owner" },
      name: { type: "string" },
    },
    prepare({ options }) {
      const input = parse(createAdminSchema, options);
      return async (ctx) => {
        const admin = await createAdmin(ctx, input);
        return { text: `${admin.id}  ${admin.email}  ${admin.role}`, data: admin };
      };
    },
  },
];
