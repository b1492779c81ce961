import { auditFile } from "@/server/trpc/audit-file";
import { createTrpcContext } from "@/server/trpc/context";
import { fileAnswer, fileRefusal } from "@/server/trpc/file-answers";
import { createCaller } from "@/server/trpc/router";
import { consoleMount } from "../../console-mount";

type Caller = ReturnType<typeof createCaller>;
type ExportInput = Parameters<Caller["audit"]["export"]>[0];

/** The audit as a file, for a signed-in administrator, filtered as the page is: the procedure audit.export decides. */
export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = consoleMount({
  methods: ["GET"],
  files: true,
  async serve(runtime, request) {
    try {
      const input = inputOf(new URL(request.url).searchParams);
      // The session is read for each step: a file that takes minutes must not outlive a sign-out.
      const stream = await auditFile(async (cursor) => {
        const caller = createCaller(await createTrpcContext(runtime, request.headers));
        return caller.audit.export({ ...input, cursor });
      });
      const day = runtime.clock.now().toISOString().slice(0, 10);
      return fileAnswer(stream, { name: `audit-${day}.${input.format}`, format: input.format });
    } catch (error) {
      return fileRefusal(runtime, error, "The audit could not be exported. Try again.");
    }
  },
});

/** The page's filters, as they stand in its address. Whatever it says, the procedure's own schema reads it. */
function inputOf(params: URLSearchParams): ExportInput {
  const { actions, ...rest } = Object.fromEntries(params);
  return { ...rest, ...(actions ? { actions: actions.split(",") } : {}) } as ExportInput;
}
