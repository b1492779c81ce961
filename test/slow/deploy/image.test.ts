import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onlySettings } from "@test/support/child-env";
import { freePort } from "@test/support/ports";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isBuilt } from "@/cli/build-stamp";
import { poll } from "@/server/embedded-postgres/processes";

/** Debian's nobody. It owns nothing but the volume, as the image's user. */
const NOBODY = 65_534;
const READY_MS = 60_000;
/** Then `docker stop` would kill it. */
const DOCKER_STOP_MS = 10_000;

const dockerfile = readFileSync("Dockerfile", "utf8");
/** The JSON array of an instruction, in the image's last stage. */
const command = (instruction: RegExp): string[] => JSON.parse(instruction.exec(dockerfile)?.[1] ?? "[]");

/** The files that the last stage takes from the stage that builds. */
function copied(): string[] {
  const lines = dockerfile.match(/^COPY --from=build .+$/gm) ?? [];
  return lines.flatMap((line) => line.split(" ").slice(2, -1)).map((file) => path.relative("/app", file));
}

/** What the image holds, put together without an engine, which none of our machines has: /app of root, /data of the user. */
describe.runIf(process.getuid?.() === 0)(
  "The tree of the image, run by a user who owns no more than the volume,",
  () => {
    let image: string;
    let app: string;
    let settings: NodeJS.ProcessEnv;

    beforeAll(() => {
      expect(isBuilt(process.cwd()), "Run `npm run build`, then test again.").toBe(true);
      image = mkdtempSync(path.join(tmpdir(), "keyward-image-"));
      chmodSync(image, 0o755);
      app = path.join(image, "app");
      mkdirSync(app);
      for (const file of copied()) execFileSync("cp", ["-al", file, path.join(app, file)]);
      execFileSync("cp", ["package-lock.json", app]);
      execFileSync("npm", ["prune", "--omit=dev", "--offline", "--no-fund", "--no-audit"], {
        cwd: app,
        stdio: "pipe",
      });
      const data = path.join(image, "data");
      mkdirSync(data, { mode: 0o700 });
      chownSync(data, NOBODY, NOBODY);
      settings = onlySettings({
        NODE_ENV: "production",
        NEXT_TELEMETRY_DISABLED: "1",
        DATA_DIR: data,
        HOME: "/nonexistent",
      });
    });
    afterAll(() => rmSync(image, { recursive: true, force: true }));

    /** As the image's user, in its working directory. */
    const run = (args: string[]) => ({
      file: "setpriv",
      args: [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--no-new-privs", ...args],
      options: { cwd: app, env: settings },
    });

    test("serves with a Postgres of its own, is healthy by the image's check, and stops before it would be killed", async () => {
      settings.PORT = String(await freePort());
      settings.HOST = "127.0.0.1";
      const main = run(command(/^CMD (\[.*\])$/m));
      const server = spawn(main.file, main.args, { ...main.options, stdio: ["ignore", "pipe", "pipe"] });
      const output: string[] = [];
      for (const stream of [server.stdout, server.stderr])
        stream.on("data", (chunk) => void output.push(String(chunk)));
      try {
        const health = run(command(/^HEALTHCHECK [^\n]*\n\s+CMD (\[.*\])$/m));
        const isHealthy = async () => {
          const check = spawn(health.file, health.args, { ...health.options, stdio: "ignore" });
          const [code] = await once(check, "exit");
          return code === 0 || undefined;
        };
        expect(await poll(isHealthy, READY_MS), output.join("")).toBe(true);
        const ready = () =>
          fetch(`http://127.0.0.1:${settings.PORT}/api/ready`).then(({ ok }) => ok || undefined);
        expect(await poll(ready, READY_MS), output.join("")).toBe(true);
        const page = await fetch(`http://127.0.0.1:${settings.PORT}/sign-in`);
        expect([page.status, (await page.text()).includes("Keyward")], output.join("")).toEqual([200, true]);
        const doctor = run(["node", "dist/cli.js", "doctor", "--json"]);
        const said = execFileSync(doctor.file, doctor.args, { ...doctor.options, encoding: "utf8" });
        expect(said).not.toContain('"error"');
        const end = once(server, "exit");
        const asked = performance.now();
        server.kill("SIGTERM");
        expect(await end).toEqual([0, null]);
        expect(performance.now() - asked).toBeLessThan(DOCKER_STOP_MS);
      } finally {
        server.kill("SIGKILL");
      }
      const find = ["find", app, "(", "-user", String(NOBODY), "-o", "-perm", "-o=w", "!", "-type", "l", ")"];
      expect(execFileSync(find[0] ?? "", find.slice(1), { encoding: "utf8" })).toBe("");
    });
  },
);
