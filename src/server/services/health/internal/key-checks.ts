import { sql } from "drizzle-orm";
import { KEY_PREFIX_SETTING } from "@/contracts/settings";
import { withDatabase } from "@/server/database/session";
import { describePepper } from "../../keys";
import { type Check, error, ok, warning } from "./check";

const keys = (count: number) => `${count} ${count === 1 ? "key" : "keys"}`;

/** Whether every key can work with the peppers that are set here. */
export const checkPepper: Check = async (ctx) => {
  const { isChanging, left, lost } = await describePepper(ctx);
  if (lost > 0) {
    return error(
      `${keys(lost)} stored with a pepper that is not set here: they do not work.`,
      'Set the KEY_PEPPER they were stored with, or KEY_PEPPER_PREVIOUS; if it is lost: "npm run cli -- key forget-pepper".',
    );
  }
  if (isChanging && left > 0)
    return ok(`${keys(left)} left with KEY_PEPPER_PREVIOUS; each moves when it is used.`);
  if (isChanging)
    return warning("No key is left with KEY_PEPPER_PREVIOUS.", "Remove KEY_PEPPER_PREVIOUS, and restart.");
  if (ctx.keyMaterial.pepper === undefined) {
    return warning(
      "KEY_PEPPER is not set: whoever steals the database can search it for weak secrets.",
      "Set KEY_PEPPER for every server and command (openssl rand -base64 32), before the first key is made.",
    );
  }
  return ok("Every key is stored with the pepper that is set here.");
};

/** Whether new keys begin as the installation's do. */
export const checkPrefix: Check = async (ctx) => {
  const [row] = await withDatabase(ctx, (db) =>
    db.execute<{ value: unknown }>(sql`select value from settings where name = ${KEY_PREFIX_SETTING}`),
  );
  const { prefix } = ctx.keyMaterial;
  if (!row || row.value === prefix) return ok(`Keys begin with ${prefix}_.`);
  return error(
    `KEY_PREFIX is ${prefix}, but keys of this installation begin with ${row.value}.`,
    `Set KEY_PREFIX=${row.value}, or run "npm run cli -- key prefix ${prefix}".`,
  );
};
