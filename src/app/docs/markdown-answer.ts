import { createHash } from "node:crypto";
import { isKnownTag } from "@/contracts/entity-tags";
import type { DocsPlace } from "@/features/docs/markdown";
import { deployment } from "@/trpc/server";

/** A host with its port as the header of that name has it, and nothing that would be more in a text. */
const HOST = /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Where this installation is reached, as the pages have it (lib/use-api-origin.ts): by the public URL where the operator has set
 * one, and else by the address that this very request was sent to.
 */
async function placeOf(request: Request): Promise<DocsPlace> {
  const { baseUrl, hasPublicUrl, keyPrefix } = await deployment();
  const host = request.headers.get("host") ?? "";
  const origin = hasPublicUrl || !HOST.test(host) ? baseUrl : `${new URL(request.url).protocol}//${host}`;
  return { origin, keyPrefix };
}

interface Answered {
  origin: string;
  body: string;
  tag: string;
}

/**
 * Answers with a text of the documentation as Markdown. It is made once, for the address that was asked last: it needs no
 * account, and nobody's headers are to fill the memory.
 */
export function markdownAnswer(make: (place: DocsPlace) => string): (request: Request) => Promise<Response> {
  let last: Answered | undefined;
  return async (request) => {
    const place = await placeOf(request);
    if (last?.origin !== place.origin) {
      const body = make(place);
      // Weak, as Next compresses it.
      const tag = `W/"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
      last = { origin: place.origin, body, tag };
    }
    // An upgrade puts another text at the same address; and a cache that many use could be told another host by one of them.
    const headers = { ETag: last.tag, "Cache-Control": "private, no-cache" };
    if (isKnownTag(request.headers.get("if-none-match"), last.tag)) {
      return new Response(null, { status: 304, headers });
    }
    return new Response(last.body, {
      headers: { ...headers, "Content-Type": "text/markdown; charset=utf-8" },
    });
  };
}
