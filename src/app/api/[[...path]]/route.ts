import { noSuchPath } from "@/server/core/errors";
import { consoleMount } from "../console-mount";

/** Paths below /api that nothing serves. Next's own answer would be a page, which proxy.ts leaves alone here. */
export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = consoleMount({
  methods: ["GET", "POST"],
  async serve() {
    throw noSuchPath();
  },
});
