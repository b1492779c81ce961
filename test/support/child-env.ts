import { SETTING_NAMES } from "@/env";

/**
 * The environment of a child that has these settings and no others. The others are set to nothing, which counts as absent:
 * left out, they would come from a developer's .env in the working directory.
 */
export function onlySettings(settings: Record<string, string | undefined>): NodeJS.ProcessEnv {
  const none = Object.fromEntries(SETTING_NAMES.map((name) => [name, ""]));
  return { PATH: process.env.PATH, HOME: process.env.HOME, ...none, NODE_ENV: "test", ...settings };
}
