import { fileRefusal } from "@/server/trpc/file-answers";
import { exportRequestLog } from "@/server/trpc/request-export";
import { consoleMount } from "../../console-mount";

/** What is filtered of the log as a file, streamed, for a signed-in administrator. */
export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = consoleMount({
  methods: ["GET"],
  files: true,
  async serve(runtime, request) {
    try {
      return await exportRequestLog(runtime, request.headers, new URL(request.url).searchParams);
    } catch (error) {
      return fileRefusal(runtime, error, "The log could not be exported. Try again.");
    }
  },
});
