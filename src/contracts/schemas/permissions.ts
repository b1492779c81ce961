import * as z from "zod";
import { PERMISSIONS } from "../permissions";

export const permissionSchema = z.enum(PERMISSIONS);
