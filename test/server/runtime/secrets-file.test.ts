import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { loadSecrets, SecretsFileError } from "@/server/runtime/secrets-file";

function newDirectory(): { dataDir: string; file: string } {
  const parent = mkdtempSync(path.join(tmpdir(), "keyward-secrets-"));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  const dataDir = path.join(parent, "data");
  return { dataDir, file: path.join(dataDir, "secrets.json") };
}

it("makes three different secrets of 32 bytes once, in a file that only its owner can read", () => {
  const { dataDir, file } = newDirectory();
  const secrets = loadSecrets(dataDir);
  const values = Object.values(secrets);
  expect(values.map((value) => Buffer.from(value, "base64url").length)).toEqual([32, 32, 32]);
  expect(new Set(values).size).toBe(3);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(dataDir).mode & 0o066).toBe(0);
  expect(loadSecrets(dataDir)).toEqual(secrets);
});

it("closes a file that a restored backup left readable by everybody", () => {
  const { dataDir, file } = newDirectory();
  const secrets = loadSecrets(dataDir);
  chmodSync(file, 0o644);
  expect(loadSecrets(dataDir)).toEqual(secrets);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it.each([
  ["empty", ""],
  ["cut off", '{"nextAuthSecret":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","keyPep'],
  [
    "without the pepper",
    JSON.stringify({ nextAuthSecret: "a".repeat(43), postgresPassword: "b".repeat(43) }),
  ],
  [
    "with an empty pepper",
    JSON.stringify({ nextAuthSecret: "a".repeat(43), keyPepper: "", postgresPassword: "b".repeat(43) }),
  ],
])("refuses a file that is %s, leaves it as it is, and quotes nothing of it", (_, content) => {
  const { dataDir, file } = newDirectory();
  mkdirSync(dataDir);
  writeFileSync(file, content);
  const load = () => loadSecrets(dataDir);
  expect(load).toThrow(SecretsFileError);
  expect(load).toThrow(/secrets\.json is damaged .*Restore it from a backup/);
  expect(load).not.toThrow(/aaaa|bbbb/);
  expect(readFileSync(file, "utf8")).toBe(content);
});

it("refuses to make new secrets beside a database whose keys depend on the lost ones", () => {
  const { dataDir, file } = newDirectory();
  loadSecrets(dataDir);
  mkdirSync(path.join(dataDir, "postgres"));
  writeFileSync(path.join(dataDir, "postgres", "PG_VERSION"), "18\n");
  rmSync(file);
  expect(() => loadSecrets(dataDir)).toThrow(/secrets\.json is missing, but .*postgres has a database/);
});

it("says who may read it when the file cannot be read", () => {
  const { dataDir, file } = newDirectory();
  mkdirSync(file, { recursive: true });
  expect(() => loadSecrets(dataDir)).toThrow(
    /Cannot read .*secrets\.json.* Start Keyward as the user who owns the file/,
  );
});

it("says what to do where a data directory cannot be made", () => {
  // As root nothing is refused by its mode; no file can be made in the kernel's view of itself.
  const load = () => loadSecrets("/sys/keyward");
  expect(load).toThrow(SecretsFileError);
  expect(load).toThrow(
    /^Cannot write \/sys\/keyward\/secrets\.json: .*Set DATA_DIR to a directory .* chown\.$/,
  );
});
