import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/** What is kept of a connection beside what Node keeps. */
interface Kept {
  /** What it was asked last; absent: nothing yet. */
  latest?: ServerResponse;
  /** Something came that was no request, and was answered. */
  isRefused?: boolean;
}

/**
 * On the connection itself, and not in a Map or WeakMap by connection: of these, V8's collections of young objects keep the former
 * tables, and through them a third of all connections that have ended, with pauses of 40 ms in place of 8 where each call comes by a
 * connection of its own.
 */
const KEPT = Symbol("kept of a connection");

/** What is kept of a connection, for whoever reads or changes it. */
export function keptOf(connection: Duplex & { [KEPT]?: Kept }): Kept {
  connection[KEPT] ??= {};
  return connection[KEPT];
}
