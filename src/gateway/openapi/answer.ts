import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { isKnownTag } from "@/contracts/entity-tags";
import type { WireAnswer } from "../call";
import type { GatewayRequest } from "../http/request";

/** A coding and the weight that a caller gives it, such as `gzip` or `br;q=0.5` (RFC 9110, section 12.5.3). */
const CODING = /^\s*([\w*-]+)\s*(?:;\s*q\s*=\s*([\d.]+)\s*)?$/;

/** The description as it is sent. */
interface Description {
  text: string;
  compressed: Uint8Array<ArrayBuffer>;
  tag: string;
}

function render(document: object): Description {
  const text = JSON.stringify(document);
  // Weak: the bytes differ by their coding, what they say does not (RFC 9110, section 8.8.1).
  const tag = `W/"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
  return { text, compressed: new Uint8Array(gzipSync(text)), tag };
}

/**
 * Answers with the description of the API, whose bytes are made once: it needs no key, and made anew for each call it
 * would be the cheapest way to keep the process busy. With the first call that asks, as it is a twentieth of a start.
 * @param fileName under which a browser saves it; absent: it shows it
 */
export function describe(
  document: () => Promise<object>,
  fileName?: string,
): (request: GatewayRequest) => Promise<WireAnswer> {
  let description: Promise<Description> | undefined;
  return async ({ headers, ownsConnection }) => {
    description ??= document().then(render);
    // A file that an upgrade has just taken away must not keep the description from whoever asks later.
    description.catch(() => {
      description = undefined;
    });
    const { text, compressed, tag } = await description;
    const shared = { ETag: tag, Vary: "Accept-Encoding" };
    if (isKnownTag(headers["if-none-match"], tag)) return { status: 304, headers: shared, body: "" };
    const saved = fileName ? { "Content-Disposition": `attachment; filename="${fileName}"` } : undefined;
    const head = { "Content-Type": "application/json", ...shared, ...saved };
    // Where the mount does not answer on the connection itself, Next compresses, and would do it once more.
    return ownsConnection && takesGzip(headers["accept-encoding"])
      ? { status: 200, headers: { ...head, "Content-Encoding": "gzip" }, body: compressed }
      : { status: 200, headers: head, body: text };
  };
}

function takesGzip(acceptEncoding: string | undefined): boolean {
  const weights = new Map(
    (acceptEncoding ?? "").split(",").flatMap((part) => {
      const [, coding = "", weight = "1"] = CODING.exec(part) ?? [];
      return coding ? [[coding.toLowerCase(), Number(weight)] as const] : [];
    }),
  );
  return (weights.get("gzip") ?? weights.get("*") ?? 0) > 0;
}
