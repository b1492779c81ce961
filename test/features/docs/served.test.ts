// @module-tag long
import { createMountedFixture, type MountedFixture } from "@test/support/mounted-fixture";
import { MOUNTS } from "@test/support/mounts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GUIDES, markdownPath } from "@/features/docs/guide-list";

describe.each(MOUNTS)("by %s", (name) => {
  let world: MountedFixture;
  /** Another address than the installation would guess. */
  const asked = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${world.mount.url.replace("127.0.0.1", "localhost")}${path}`, { headers });

  beforeAll(async () => {
    world = await createMountedFixture(name, { NEXTAUTH_URL: "https://keys.acme.example" });
  });

  afterAll(() => world?.close());

  test.each(GUIDES)("$path is to be had as Markdown too, and its page says where", async (guide) => {
    const answer = await asked(markdownPath(guide));
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
    const text = await answer.text();
    expect(text).toMatch(/^# \S/);
    expect(text).not.toContain("keyward.example.com");
    const page = await (await asked(guide.path)).text();
    expect(page).toContain(`<link rel="alternate" type="text/markdown" href="${markdownPath(guide)}"/>`);
  });

  test.each(["/llms.txt", "/llms-full.txt", "/docs/guides/errors.md", "/docs/problems.md"])(
    "%s names the public address, and is not sent again to whoever has it",
    async (path) => {
      const answer = await asked(path);
      expect(await answer.text()).toContain("https://keys.acme.example/");
      expect(answer.headers.get("cache-control")).toBe("private, no-cache");
      const again = await asked(path, { "if-none-match": answer.headers.get("etag") ?? "" });
      expect({ status: again.status, text: await again.text() }).toEqual({ status: 304, text: "" });
    },
  );

  test("the pages of problems say where they can be read as Markdown", async () => {
    for (const path of ["/problems", "/problems/key-revoked"]) {
      const page = await (await asked(path)).text();
      expect(page).toContain('<link rel="alternate" type="text/markdown" href="/docs/problems.md"/>');
    }
  });

  test("everything that llms.txt lists is there", async () => {
    const index = await (await asked("/llms.txt")).text();
    const paths = [...index.matchAll(/\(https:\/\/keys\.acme\.example([^)]*)\)/g)].map(
      ([, path = ""]) => path,
    );
    expect(paths.length).toBeGreaterThan(GUIDES.length);
    for (const path of paths) expect((await asked(path)).status, path).toBe(200);
  });

  test("a guide that there is not is none", async () => {
    for (const file of ["nothing.md", "errors", "errors.txt"])
      expect((await asked(`/docs/guides/${file}`)).status, file).toBe(404);
  });
});

test("Without a public address, it is the one by which was asked", async () => {
  const world = await createMountedFixture("main.ts", { NEXTAUTH_URL: "" });
  const { port } = new URL(world.mount.url);
  for (const host of ["127.0.0.1", "localhost"]) {
    const text = await (await fetch(`http://${host}:${port}/docs/guides/errors.md`)).text();
    expect(text).toContain(`"type": "http://${host}:${port}/problems/permission-denied"`);
  }
  await world.close();
});
