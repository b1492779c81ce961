import { afterAll, expect, vi } from "vitest";

/*
 * Test files share processes (vitest.config.ts). So each has to leave its process as it found it: what one left behind
 * would decide how another one ends, and that in some orders only.
 */

/** The runtime that a process shares with Next's bundle (src/server/runtime/singleton.ts): each file makes its own, or none. */
const RUNTIME = "keywardRuntime";
const EVENTS = ["unhandledRejection", "uncaughtException", "SIGINT", "SIGTERM"];

/** What a test can change for all that come after it, besides settings. */
const state = () => ({
  directory: process.cwd(),
  listeners: Object.fromEntries(EVENTS.map((event) => [event, process.listenerCount(event)])),
  fakeTimers: vi.isFakeTimers(),
});

const settings = { ...process.env };
const before = state();

/** By name alone: a failed run is read by many, and values may be secrets. */
function changedSettings(): string[] {
  const names = new Set([...Object.keys(settings), ...Object.keys(process.env)]);
  return [...names].filter((name) => process.env[name] !== settings[name]);
}

afterAll(() => {
  Reflect.deleteProperty(globalThis, RUNTIME);
  vi.unstubAllGlobals();
  expect(changedSettings(), "This file leaves its process with other settings").toEqual([]);
  expect(state(), "This file leaves its process other than it found it").toEqual(before);
});
