import { getPlatform } from "@/server/shared-platform";
import { auditFile } from "@/server/trpc/audit-file";
import { createTrpcContext } from "@/server/trpc/context";
import { createCaller } from "@/server/trpc/router";
import { FILE_HEADERS, fileRefusal } from "../../file-answers";

type Caller = ReturnType<typeof createCaller>;
type ExportInput = Parameters<Caller["audit"]["export"]>[0];

const CONTENT_TYPES = { csv: "text/csv; charset=utf-8", ndjson: "application/x-ndjson; charset=utf-8" };

/** The audit as a file, for a signed-in administrator, filtered as the page is: the procedure audit.export decides. */
export async function GET(request: Request): Promise<Response> {
  try {
    const platform = getPlatform();
    const caller = createCaller(await createTrpcContext(platform, request.headers));
    const input = inputOf(new URL(request.url).searchParams);
    const stream = await auditFile((cursor) => caller.audit.export({ ...input, cursor }));
    const day = platform.clock.now().toISOString().slice(0, 10);
    const headers = {
      ...FILE_HEADERS,
      "Content-Type": CONTENT_TYPES[input.format],
      "Content-Disposition": `attachment; filename="audit-${day}.${input.format}"`,
    };
    return new Response(stream, { headers });
  } catch (error) {
    return fileRefusal(error, "The audit could not be exported. Try again.");
  }
}

/** The page's filters, as they stand in its address. Whatever it says, the procedure's own schema reads it. */
function inputOf(params: URLSearchParams): ExportInput {
  const { actions, ...rest } = Object.fromEntries(params);
  return { ...rest, ...(actions ? { actions: actions.split(",") } : {}) } as ExportInput;
}
