import { readFile } from "node:fs/promises";
import path from "node:path";

// Read when the pages are built, and then one of them: wherever these are, it is, and of the version that is served.
export const dynamic = "force-static";

/** The package `keyward`, with `keyward/client`, as npm installs it from a URL: no registry has it. */
export async function GET(): Promise<Response> {
  const tarball = await readFile(path.join(process.cwd(), "dist/keyward-client.tgz"));
  // After an upgrade another file stands at the same URL.
  const headers = { "Content-Type": "application/gzip", "Cache-Control": "no-cache" };
  return new Response(tarball, { headers });
}
