import { getPlatform } from "@/server/shared-platform";
import { auditFile } from "@/server/trpc/audit-file";
import { createTrpcContext } from "@/server/trpc/context";
import { fileAnswer, fileRefusal } from "@/server/trpc/file-answers";
import { createCaller } from "@/server/trpc/router";

type Caller = ReturnType<typeof createCaller>;
type ExportInput = Parameters<Caller["audit"]["export"]>[0];

/** The audit as a file, for a signed-in administrator, filtered as the page is: the procedure audit.export decides. */
export async function GET(request: Request): Promise<Response> {
  const platform = getPlatform();
  try {
    const caller = createCaller(await createTrpcContext(platform, request.headers));
    const input = inputOf(new URL(request.url).searchParams);
    const stream = await auditFile((cursor) => caller.audit.export({ ...input, cursor }));
    const day = platform.clock.now().toISOString().slice(0, 10);
    return fileAnswer(stream, { name: `audit-${day}.${input.format}`, format: input.format });
  } catch (error) {
    return fileRefusal(platform, error, "The audit could not be exported. Try again.");
  }
}

/** The page's filters, as they stand in its address. Whatever it says, the procedure's own schema reads it. */
function inputOf(params: URLSearchParams): ExportInput {
  const { actions, ...rest } = Object.fromEntries(params);
  return { ...rest, ...(actions ? { actions: actions.split(",") } : {}) } as ExportInput;
}
