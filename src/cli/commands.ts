import type { AnyCommand } from "./command";
import { adminCommands } from "./commands/admins";
import { auditCommands } from "./commands/audit";
import { backupCommands } from "./commands/backup";
import { customerCommands } from "./commands/customers";
import { databaseCommands } from "./commands/database";
import { demoCommands } from "./commands/demo";
import { doctorCommands } from "./commands/doctor";
import { keyLifeCommands } from "./commands/key-life";
import { keyMaterialCommands } from "./commands/key-material";
import { keyCommands } from "./commands/keys";
import { mailCommands } from "./commands/mail";
import { permissionCommands } from "./commands/permissions";
import { policyCommands } from "./commands/policies";
import { settingsCommands } from "./commands/settings";

/** Every command there is, in the order of the help. */
export const COMMANDS: readonly AnyCommand[] = [
  ...doctorCommands,
  ...adminCommands,
  ...keyCommands,
  ...keyLifeCommands,
  ...keyMaterialCommands,
  ...customerCommands,
  ...permissionCommands,
  ...policyCommands,
  ...settingsCommands,
  ...mailCommands,
  ...auditCommands,
  ...backupCommands,
  ...databaseCommands,
  ...demoCommands,
];
