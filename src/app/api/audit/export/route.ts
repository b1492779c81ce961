import { getPlatform } from "@/server/shared-platform";
import { createTrpcContext } from "@/server/trpc/context";
import { createCaller } from "@/server/trpc/router";
import { FILE_HEADERS, fileRefusal } from "../../file-answers";

type Caller = ReturnType<typeof createCaller>;
type ExportInput = Parameters<Caller["audit"]["export"]>[0];
type Step = Awaited<ReturnType<Caller["audit"]["export"]>>;

const CONTENT_TYPES = { csv: "text/csv; charset=utf-8", ndjson: "application/x-ndjson; charset=utf-8" };

/** The audit as a file, for a signed-in administrator, filtered as the page is: the procedure audit.export decides. */
export async function GET(request: Request): Promise<Response> {
  try {
    const platform = getPlatform();
    const caller = createCaller(await createTrpcContext(platform, request.headers));
    const input = inputOf(new URL(request.url).searchParams);
    // Before the answer begins, so that a refusal still has a status of its own.
    const first = await caller.audit.export(input);
    const day = platform.clock.now().toISOString().slice(0, 10);
    const headers = {
      ...FILE_HEADERS,
      "Content-Type": CONTENT_TYPES[input.format],
      "Content-Disposition": `attachment; filename="audit-${day}.${input.format}"`,
    };
    return new Response(
      streamOf(first, (cursor) => caller.audit.export({ ...input, cursor })),
      { headers },
    );
  } catch (error) {
    return fileRefusal(error, "The audit could not be exported. Try again.");
  }
}

/** The page's filters, as they stand in its address. Whatever it says, the procedure's own schema reads it. */
function inputOf(params: URLSearchParams): ExportInput {
  const { actions, ...rest } = Object.fromEntries(params);
  return { ...rest, ...(actions ? { actions: actions.split(",") } : {}) } as ExportInput;
}

/** Step after step, each read only once the reader has taken the one before: a slow reader fills no memory. */
function streamOf(first: Step, next: (cursor: string) => Promise<Step>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let step = first;
  let isFirst = true;
  return new ReadableStream({
    async pull(controller) {
      if (!isFirst && step.nextCursor) step = await next(step.nextCursor);
      isFirst = false;
      if (step.text) controller.enqueue(encoder.encode(step.text));
      if (!step.nextCursor) controller.close();
    },
  });
}
