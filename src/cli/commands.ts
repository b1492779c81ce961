import type { Command } from "./command";
import { adminCommands } from "./commands/admins";
import { databaseCommands } from "./commands/database";
import { demoCommands } from "./commands/demo";
import { keyCommands } from "./commands/keys";

/** Every command there is. */
export const COMMANDS: readonly Command[] = [
  ...adminCommands,
  ...keyCommands,
  ...databaseCommands,
  ...demoCommands,
];
