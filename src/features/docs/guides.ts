import guardYourService from "../../../docs/guard-your-service.md";
import authentication from "../../../docs/guides/authentication.md";
import errors from "../../../docs/guides/errors.md";
import handOutKeys from "../../../docs/guides/hand-out-keys.md";
import idempotency from "../../../docs/guides/idempotency.md";
import jobs from "../../../docs/guides/jobs.md";
import pagination from "../../../docs/guides/pagination.md";
import quickStart from "../../../docs/guides/quick-start.md";
import rateLimits from "../../../docs/guides/rate-limits.md";
import typescriptClient from "../../../docs/guides/typescript-client.md";
import versioning from "../../../docs/guides/versioning.md";
import webhooks from "../../../docs/webhooks.md";
import type { GuideEntry } from "./guide-list";

/** Markdown by the path of its page. */
const TEXTS: Record<string, string> = {
  "/docs": quickStart,
  "/docs/authentication": authentication,
  "/docs/errors": errors,
  "/docs/rate-limits": rateLimits,
  "/docs/pagination": pagination,
  "/docs/idempotency": idempotency,
  "/docs/jobs": jobs,
  "/docs/webhooks": webhooks,
  "/docs/hand-out-keys": handOutKeys,
  "/docs/typescript-client": typescriptClient,
  "/docs/guard-your-service": guardYourService,
  "/docs/versioning": versioning,
};

/** The text of a guide, as Markdown (CommonMark with tables). */
export function guideText({ path }: GuideEntry): string {
  const text = TEXTS[path];
  if (text === undefined) throw new Error(`The guide ${path} has no text.`);
  return text;
}
