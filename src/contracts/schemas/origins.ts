import * as z from "zod";
import { canonicalOrigin } from "../origins";
import "./words";

/** A web origin (RFC 6454); leaves in the form in which browsers send it. */
export const originSchema = z
  .string()
  .trim()
  // A host name has 253 characters at most (RFC 1035, section 2.3.4), in its ASCII form.
  .max(300)
  .transform((origin, ctx) => {
    const canonical = canonicalOrigin(origin);
    if (canonical !== null) return canonical;
    ctx.addIssue({ code: "custom", message: "Must be an origin such as https://app.example.com" });
    return z.NEVER;
  });
