import * as z from "zod";
import { PERMISSION_NAME, PERMISSIONS } from "../permissions";

export const permissionSchema = z.enum(PERMISSIONS);

/** A permission by its name, whether there is one of that name or not. */
export const permissionNameSchema = z
  .string()
  .regex(PERMISSION_NAME, "Must be the name of a permission, such as orders:read");
