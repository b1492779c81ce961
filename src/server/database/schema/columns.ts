import { customType, jsonb, text, timestamp } from "drizzle-orm/pg-core";
import type { Environment } from "@/contracts/environments";
import type { Id, IdPrefix } from "@/contracts/ids";
import type { CleanJsonObject } from "@/contracts/json";
import type { CleanText } from "@/contracts/text";

/** An instant with millisecond precision, as the wire contract shows it. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/** A TypeID of one kind. */
export const id = <Prefix extends IdPrefix>(name: string, _prefix: Prefix) => text(name).$type<Id<Prefix>>();

export const environmentColumn = () => text("environment").$type<Environment>().notNull();

export const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/** A text that somebody else chose and that is shown: only text that contracts/text.ts has cleaned can be written to it. */
export const shownText = (name: string) => text(name).$type<CleanText>();

/** JSON that somebody else chose, likewise. */
export const shownJson = (name: string) => jsonb(name).$type<CleanJsonObject>();

/** The number of an object in Postgres' own catalog. */
export const oid = customType<{ data: number }>({ dataType: () => "oid" });
