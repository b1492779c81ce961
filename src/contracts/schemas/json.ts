import * as z from "zod";
import { cleanedJson, type JsonBounds, type JsonObject, jsonProblem } from "../json";
import "./words";

/** Any JSON object within the bounds. */
export function jsonObject(bounds: JsonBounds) {
  return (
    z
      .record(z.string(), z.unknown())
      .superRefine((value, ctx) => {
        const problem = jsonProblem(value, bounds);
        if (problem)
          ctx.addIssue({
            code: "custom",
            path: [...problem.path],
            message: problem.message,
            continue: false,
          });
      })
      .overwrite((value) => cleanedJson(value) as typeof value)
      // What validation has let pass, which zod's type of a record cannot say.
      .pipe(z.custom<JsonObject>())
  );
}
