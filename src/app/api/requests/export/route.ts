import { downloadRequests } from "@/server/trpc/downloads";
import { consoleMount } from "../../console-mount";

/** What is filtered of the log as a file. */
export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = consoleMount({
  methods: ["GET"],
  files: true,
  serve: downloadRequests,
});
