import { afterAll, expect, vi } from "vitest";

/*
 * Test files share processes (vitest.config.ts). So each has to leave its process as it found it: what one left behind
 * would decide how another one ends, and that in some orders only.
 */

/** The platform that a process shares with Next's bundle (src/server/shared-platform.ts): each file makes its own, or none. */
const PLATFORM = "keywardPlatform";
const EVENTS = ["unhandledRejection", "uncaughtException", "SIGINT", "SIGTERM"];

/** What a test can change for all that come after it. */
const state = () => ({
  environment: { ...process.env },
  directory: process.cwd(),
  listeners: Object.fromEntries(EVENTS.map((event) => [event, process.listenerCount(event)])),
  fakeTimers: vi.isFakeTimers(),
});

const before = state();

afterAll(() => {
  Reflect.deleteProperty(globalThis, PLATFORM);
  vi.unstubAllGlobals();
  expect(state(), "This file leaves its process other than it found it").toEqual(before);
});
