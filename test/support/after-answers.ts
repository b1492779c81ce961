import { vi } from "vitest";

// Where a test calls a route's handler itself, there is no request of Next's of which it would know the end: what a route
// leaves for after its answer is done at once.
vi.mock("next/server", async (original) => ({
  ...(await original<typeof import("next/server")>()),
  after: (work: () => Promise<unknown>) => void work(),
}));
