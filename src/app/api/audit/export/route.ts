import { downloadAudit } from "@/server/trpc/downloads";
import { consoleMount } from "../../console-mount";

/** The audit as a file, filtered as the page is. */
export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = consoleMount({
  methods: ["GET"],
  files: true,
  serve: downloadAudit,
});
