import { createTrpcContext } from "@/server/trpc/context";
import { fileAnswer, fileRefusal } from "@/server/trpc/file-answers";
import { resultFile } from "@/server/trpc/result-file";
import { createCaller } from "@/server/trpc/router";
import { consoleMount } from "../../../console-mount";

/** A job's result as a file, for a signed-in administrator: the procedure jobs.result decides, as for every page. */
export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = consoleMount<{ id: string }>({
  methods: ["GET"],
  files: true,
  async serve(runtime, request, { id }) {
    try {
      // The session is read for each stretch: a file that takes minutes must not outlive a sign-out.
      const { fileName, stream } = await resultFile(async (after) => {
        const caller = createCaller(await createTrpcContext(runtime, request.headers));
        // Whatever stands in the path, the procedure's own schema reads it.
        return caller.jobs.result({ id: id as `job_${string}`, after });
      });
      return fileAnswer(stream, { name: fileName, format: "csv" });
    } catch (error) {
      return fileRefusal(runtime, error, "The result could not be read. Try again.");
    }
  },
});
