import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compressPages } from "@/cli/compress";
import { compressedFiles, takesBrotli } from "@/server/compressed-files";

const SCRIPT = `export const words = "${"the same again and again ".repeat(100)}";`;

let folder: string;
let server: Server;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "keyward-compressed-"));
  await writeFile(path.join(folder, "page.js"), SCRIPT);
  await writeFile(path.join(folder, "face.woff2"), "compressed already");
  await compressPages(folder);
  server = createServer(compressedFiles(folder, (_, response) => void response.end("by Next")));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function ask(asked: string, headers: Record<string, string>, method = "GET") {
  const { port } = server.address() as AddressInfo;
  return new Promise<{ headers: NodeJS.Dict<string | string[]>; body: Buffer }>((resolve, reject) => {
    request({ port, host: "127.0.0.1", path: asked, method, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => resolve({ headers: answer.headers, body: Buffer.concat(parts) }));
    })
      .on("error", reject)
      .end();
  });
}

test("Whoever takes Brotli gets a script compressed by it, to keep for a year", async () => {
  const { headers, body } = await ask("/_next/static/page.js?v=1", { "accept-encoding": "gzip, br" });
  expect(brotliDecompressSync(body).toString()).toBe(SCRIPT);
  expect(headers).toMatchObject({
    "content-type": "application/javascript; charset=UTF-8",
    "content-encoding": "br",
    "cache-control": "public, max-age=31536000, immutable",
    vary: "Accept-Encoding",
  });
});

test("Who asks for the head alone is told the same, without the body", async () => {
  const { headers, body } = await ask("/_next/static/page.js", { "accept-encoding": "br" }, "HEAD");
  expect(headers["content-encoding"]).toBe("br");
  expect(body.length).toBe(0);
});

test.each([
  ["who does not take Brotli", "/_next/static/page.js", { "accept-encoding": "gzip" }],
  ["what was not compressed", "/_next/static/face.woff2", { "accept-encoding": "br" }],
  ["what is not there", "/_next/static/other.js", { "accept-encoding": "br" }],
  ["a way out of the folder", "/_next/static/../static/page.js", { "accept-encoding": "br" }],
  ["the compressed file itself", "/_next/static/page.js.br", { "accept-encoding": "br" }],
])("Next answers %s", async (_, asked, headers) => {
  expect((await ask(asked, headers)).body.toString()).toBe("by Next");
});

test.each([
  ["br", true],
  ["gzip;q=1.0, BR;q=0.5", true],
  ["gzip, br;q=0", false],
  ["br;q=0.000", false],
  ["brotli", false],
  ["", false],
  [undefined, false],
])("That a caller takes Brotli is read of Accept-Encoding: %s", (accepted, takes) => {
  expect(takesBrotli(accepted)).toBe(takes);
});
