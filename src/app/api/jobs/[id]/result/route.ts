import { getPlatform } from "@/server/shared-platform";
import { createTrpcContext } from "@/server/trpc/context";
import { createCaller } from "@/server/trpc/router";
import { FILE_HEADERS, fileRefusal } from "../../../file-answers";

/** A job's result as a file, for a signed-in administrator: the procedure jobs.result decides, as for every page. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  try {
    const { id } = await params;
    const caller = createCaller(await createTrpcContext(getPlatform(), request.headers));
    // Whatever stands in the path, the procedure's own schema reads it.
    const { fileName, text } = await caller.jobs.result({ id: id as `job_${string}` });
    const headers = {
      ...FILE_HEADERS,
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="${fileName}"`,
    };
    return new Response(text, { headers });
  } catch (error) {
    return fileRefusal(error, "The result could not be read. Try again.");
  }
}
