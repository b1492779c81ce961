import path from "node:path";
import nextEnv from "@next/env";
import { InvalidEnvError } from "@/env";

/**
 * Adds the settings of the working directory's `.env` files to the environment, as Next does; what is set there already wins.
 * A folder that this user may not look into (`runuser` in /root) holds no settings for us; a file that is there and cannot be
 * read would be missed without a word.
 * @throws InvalidEnvError naming the file
 */
export function loadSettingsFiles(dev = false): void {
  const directory = process.cwd();
  const unreadable: string[] = [];
  nextEnv.loadEnvConfig(directory, dev, {
    info: () => undefined,
    error: (message: string, error: NodeJS.ErrnoException) => {
      if (error.code !== "EACCES" || error.syscall !== "stat") unreadable.push(error.path ?? message);
    },
  });
  if (unreadable.length === 0) return;
  const files = unreadable.map((file) => path.resolve(directory, file)).join(", ");
  throw new InvalidEnvError(`This user may not read the settings in ${files}. Let it, or start elsewhere.`);
}
