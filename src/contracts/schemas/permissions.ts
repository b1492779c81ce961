import * as z from "zod";
import { isPermission, PERMISSION_NAME, PERMISSIONS, RESERVED_RESOURCES } from "../permissions";
import { boundedArray } from "./arrays";
import { text } from "./text";

export const permissionSchema = z.enum(PERMISSIONS);

/** A permission by its name, whether there is one of that name or not. */
export const permissionNameSchema = z
  .string()
  // Aborts: of what is no name it would also be said that there is no such permission.
  .regex(PERMISSION_NAME, { abort: true, error: "Must be the name of a permission, such as orders:read" });

const isReserved = (name: string) => RESERVED_RESOURCES.includes(name.slice(0, name.indexOf(":")));

/** One that a key can be given: of the catalogue, or of one's own, if there is one of that name. */
export const keyPermissionSchema = permissionNameSchema.refine(
  (name) => isPermission(name) || !isReserved(name),
  "There is no such permission",
);

/** One that is not of the catalogue, and never will be. */
const ownPermissionNameSchema = permissionNameSchema.refine(
  (name) => !isReserved(name),
  "This resource is Keyward's own: choose another name",
);

const labelSchema = text(1, 60);
const descriptionSchema = text(0, 200);
/** Never one of the catalogue: a permission of one's own must not open a door of Keyward's. */
const impliesSchema = boundedArray(ownPermissionNameSchema, { max: 50 }).transform((names) =>
  [...new Set(names)].sort(),
);

const NOT_ITSELF = { path: ["implies"], error: "A permission does not include itself" };

export const definePermissionSchema = z
  .strictObject({
    name: ownPermissionNameSchema,
    label: labelSchema,
    description: descriptionSchema.default(""),
    implies: impliesSchema.default([]),
  })
  .refine(({ name, implies }) => !implies.includes(name), NOT_ITSELF);

export type DefinePermissionInput = z.input<typeof definePermissionSchema>;

/** The name stays: services ask for it, and keys hold it. What is absent stays too. */
export const updatePermissionSchema = z
  .strictObject({
    name: permissionNameSchema,
    label: labelSchema.optional(),
    description: descriptionSchema.optional(),
    implies: impliesSchema.optional(),
  })
  .refine(({ name, implies }) => !implies?.includes(name), NOT_ITSELF);

export const permissionInNameSchema = z.strictObject({ name: permissionNameSchema });
