import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";

/** What the build compresses beforehand (src/cli/compress.ts), and what browsers are told that it is. */
const TYPES: Record<string, string | undefined> = {
  ".js": "application/javascript; charset=UTF-8",
  ".css": "text/css; charset=UTF-8",
};

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Answers with the files that the build has compressed by Brotli (RFC 7932), to whoever takes it; everything else goes on.
 * Next compresses by gzip alone, a seventh larger, and anew for each request. Browsers take Brotli over TLS, and from
 * this very machine.
 * @param folder what is served below `/_next/static/`; absent in development
 */
export function compressedFiles(folder: string, otherwise: Listener): Listener {
  const files = filesOf(folder);
  const contents = new Map<string, Promise<Buffer>>();
  return (request, response) => {
    const [asked = ""] = (request.url ?? "").split("?", 1);
    const file = files.get(asked);
    const reads = request.method === "GET" || request.method === "HEAD";
    if (!file || !reads || !takesBrotli(request.headers["accept-encoding"])) {
      otherwise(request, response);
      return;
    }
    // Kept: a megabyte in all, however many ask.
    const content = contents.get(file) ?? readFile(file);
    contents.set(file, content);
    content.then(
      (body) => {
        response.writeHead(200, {
          "content-type": TYPES[path.extname(asked)],
          "content-encoding": "br",
          "content-length": body.length,
          // As Next says of them: their names change with what they hold.
          "cache-control": "public, max-age=31536000, immutable",
          vary: "Accept-Encoding",
        });
        response.end(request.method === "HEAD" ? undefined : body);
      },
      () => {
        contents.delete(file);
        otherwise(request, response);
      },
    );
  };
}

/** By the path under which each is asked for: nothing that a caller writes becomes part of a path on the disk. */
function filesOf(folder: string): ReadonlyMap<string, string> {
  const names = listed(folder).filter((name) => name.endsWith(".br"));
  return new Map(
    names.map((name) => {
      const place = name.slice(0, -".br".length).split(path.sep).map(encodeURIComponent).join("/");
      return [`/_next/static/${place}`, path.join(folder, name)];
    }),
  );
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
}

/** Whether a caller says that it takes Brotli (RFC 9110, section 12.5.3). One that says nothing of it gets what all take. */
export function takesBrotli(accepted: string | string[] | undefined): boolean {
  return String(accepted ?? "")
    .split(",")
    .some((coding) => {
      const [name = "", ...parameters] = coding.split(";").map((part) => part.trim().toLowerCase());
      return name === "br" && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    });
}
