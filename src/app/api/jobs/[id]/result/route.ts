import { TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { getPlatform } from "@/server/shared-platform";
import { createTrpcContext } from "@/server/trpc/context";
import { resultFile } from "@/server/trpc/result-file";
import { createCaller } from "@/server/trpc/router";

const HEADERS = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };

/** A job's result as a file, for a signed-in administrator: the procedure jobs.result decides, as for every page. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  try {
    const { id } = await params;
    const caller = createCaller(await createTrpcContext(getPlatform(), request.headers));
    // Whatever stands in the path, the procedure's own schema reads it.
    const read = (after: number | null) => caller.jobs.result({ id: id as `job_${string}`, after });
    const { fileName, stream } = await resultFile(read);
    const disposition = `attachment; filename="${fileName}"`;
    const headers = {
      ...HEADERS,
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": disposition,
    };
    return new Response(stream, { headers });
  } catch (error) {
    const known = error instanceof TRPCError && error.code !== "INTERNAL_SERVER_ERROR";
    const text = known ? error.message : "The result could not be read. Try again.";
    const status = known ? getHTTPStatusCodeFromError(error) : 500;
    return new Response(text, {
      status,
      headers: { ...HEADERS, "Content-Type": "text/plain; charset=utf-8" },
    });
  }
}
