import { type OwnPermission, PERMISSION_DETAILS, PERMISSIONS } from "@/contracts/permissions";
import { definePermissionSchema, permissionInNameSchema } from "@/contracts/schemas/permissions";
import { parse } from "@/server/core/validation";
import type { Command } from "../command";

/** One permission, one line: its name, what it includes, and how it is called. */
function lineOf({ name, label, implies }: Pick<OwnPermission, "name" | "label" | "implies">): string {
  return [name, label, ...(implies.length > 0 ? [`includes ${implies.join(", ")}`] : [])].join("  ");
}

export const permissionCommands: readonly Command[] = [
  {
    noun: "permission",
    verb: "list",
    summary: "list what keys can be given: the catalogue, then what was defined here",
    example: "permission list",
    words: [],
    options: {},
    prepare() {
      return async (ctx) => {
        const { listPermissions } = await import("@/server/services/permissions");
        const catalog = PERMISSIONS.map((name) => ({ name, ...PERMISSION_DETAILS[name] }));
        const own = await listPermissions(ctx);
        const all = [
          ...catalog.map(({ name, label, description, implies }) => ({ name, label, description, implies })),
          ...own,
        ];
        return { text: all.map(lineOf).join("\n"), data: all };
      };
    },
  },
  {
    noun: "permission",
    verb: "define",
    summary: "define a permission of one's own, for services that ask Keyward about keys",
    example: "permission define orders:write --label 'Order Write' --includes orders:read",
    words: ["<name>"],
    options: {
      label: { about: "what people know it by", value: "text" },
      description: { about: "what it opens", value: "text" },
      includes: { about: "others that it grants as well, separated by commas", value: "names" },
    },
    prepare({ words: [name], options: { includes, ...plain } }) {
      const implies =
        typeof includes === "string" ? { implies: includes.split(",").map((one) => one.trim()) } : {};
      const input = parse(definePermissionSchema, { name, ...plain, ...implies });
      return async (ctx) => {
        const { definePermission } = await import("@/server/services/permissions");
        const permission = await definePermission(ctx, input);
        return { text: lineOf(permission), data: permission };
      };
    },
  },
  {
    noun: "permission",
    verb: "delete",
    summary: "delete a permission of one's own that no key holds",
    example: "permission delete orders:write",
    words: ["<name>"],
    options: {},
    destroys: ({ words: [name] }) => `Services that ask for ${name} refuse every key from now on.`,
    prepare({ words: [name] }) {
      const input = parse(permissionInNameSchema, { name });
      return async (ctx) => {
        const { deletePermission } = await import("@/server/services/permissions");
        return { text: `${input.name} deleted`, data: await deletePermission(ctx, input) };
      };
    },
  },
];
