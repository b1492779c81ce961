import { downloadJobResult } from "@/server/trpc/downloads";
import { consoleMount } from "../../../console-mount";

/** A job's result as a file. */
export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = consoleMount<{ id: string }>({
  methods: ["GET"],
  files: true,
  serve: (runtime, request, { id }) => downloadJobResult(runtime, request, id),
});
