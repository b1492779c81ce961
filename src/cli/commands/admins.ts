import { createAdminSchema } from "@/contracts/admins";
import { ROLES } from "@/contracts/roles";
import { parse } from "@/server/core/validation";
import type { Command } from "../command";

export const adminCommands: readonly Command[] = [
  {
    noun: "admin",
    verb: "create",
    summary: "add an administrator",
    example: "admin create --email ada@example.com --password 'a long password'",
    words: [],
    options: {
      email: { about: "to sign in with", value: "address" },
      password: { about: "at least 12 characters", value: "password" },
      role: { about: "what they may do", value: "role", choices: ROLES, default: "owner" },
      name: { about: "as Audit shows it", value: "name" },
    },
    prepare({ options }) {
      const input = parse(createAdminSchema, options);
      return async (ctx) => {
        const { createAdmin } = await import("@/server/services/admins");
        const admin = await createAdmin(ctx, input);
        return { text: `${admin.id}  ${admin.email}  ${admin.role}`, data: admin };
      };
    },
  },
];
