import { MAX_HEADER_BYTES } from "@/contracts/bounds";
import type { WireRequest } from "./client";

/** Methods that a route handler of Next can have. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** What Next reads as a navigation of its own pages, and sends on to another address. */
const NAVIGATION = ["rsc", "next-action", "next-router-state-tree"];

/**
 * Whether Next answers by itself, before any code of Keyward has seen the call, where it serves alone: what it cannot
 * decode, what it sends on to another spelling, methods that its handlers do not have, and what Node's server refuses. A
 * hosting does as it likes with these.
 */
export function answersByItself({ target, method, headers }: WireRequest): boolean {
  const path = target.split("?", 1)[0] ?? "";
  const bytes = headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, target.length);
  return (
    !METHODS.includes(method) ||
    !isDecodable(path) ||
    /\/\/|\\|[^\x21-\x7e]/.test(path) ||
    bytes > 0.9 * MAX_HEADER_BYTES ||
    headers.some(([name]) => name === "expect" || NAVIGATION.includes(name))
  );
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
