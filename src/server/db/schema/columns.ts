import { customType, text, timestamp } from "drizzle-orm/pg-core";
import type { Environment } from "@/contracts/environments";
import type { Id, IdPrefix } from "@/contracts/ids";

/** An instant with millisecond precision, as the wire contract shows it. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/** A TypeID of one kind. */
export const id = <Prefix extends IdPrefix>(name: string, _prefix: Prefix) => text(name).$type<Id<Prefix>>();

export const environmentColumn = () => text("environment").$type<Environment>().notNull();

export const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });
