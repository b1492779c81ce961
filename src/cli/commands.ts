import type { Command } from "./command";
import { adminCommands } from "./commands/admins";
import { auditCommands } from "./commands/audit";
import { databaseCommands } from "./commands/database";
import { demoCommands } from "./commands/demo";
import { keyMaterialCommands } from "./commands/key-material";
import { keyCommands } from "./commands/keys";

/** Every command there is. */
export const COMMANDS: readonly Command[] = [
  ...adminCommands,
  ...keyCommands,
  ...keyMaterialCommands,
  ...auditCommands,
  ...databaseCommands,
  ...demoCommands,
];
