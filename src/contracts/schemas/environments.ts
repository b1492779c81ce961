import * as z from "zod";
import { ENVIRONMENTS } from "../environments";
import "./words";

export const environmentSchema = z.enum(ENVIRONMENTS);

/** Narrows a question to one environment; null: all of them. */
export const environmentFilterSchema = z.strictObject({
  environment: environmentSchema.nullable().default(null),
});

export const oneEnvironmentSchema = z.strictObject({ environment: environmentSchema });
