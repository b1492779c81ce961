import * as z from "zod";
import { idSchema } from "./ids";

export const sessionIdSchema = z.strictObject({ id: idSchema("ses") });
