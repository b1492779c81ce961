import { existsSync, realpathSync } from "node:fs";
import path from "node:path";

/** Has a name that no other project's `drizzle` has a file of. */
const OURS = "isolation.sql";

/**
 * The migrations of the tree whose program this is, from source (`src/cli`) or bundled (`dist`). A command is called from any
 * folder, also through a link; and a working directory with another project's `drizzle` must not have its files run here.
 * @param program the file that Node was started with
 * @returns an absolute path; where the program is not ours (tests), that of the working directory
 */
export function migrationsFolder(program = process.argv[1] ?? ""): string {
  const beside = existsSync(program) ? path.dirname(realpathSync(program)) : "";
  const candidates = beside ? ["..", "../.."].map((up) => path.resolve(beside, up, "drizzle")) : [];
  return candidates.find((folder) => existsSync(path.join(folder, OURS))) ?? path.resolve("drizzle");
}
