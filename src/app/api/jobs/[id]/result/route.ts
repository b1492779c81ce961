import { getPlatform } from "@/server/shared-platform";
import { createTrpcContext } from "@/server/trpc/context";
import { fileAnswer, fileRefusal } from "@/server/trpc/file-answers";
import { resultFile } from "@/server/trpc/result-file";
import { createCaller } from "@/server/trpc/router";

/** A job's result as a file, for a signed-in administrator: the procedure jobs.result decides, as for every page. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const platform = getPlatform();
  try {
    const { id } = await params;
    const caller = createCaller(await createTrpcContext(platform, request.headers));
    // Whatever stands in the path, the procedure's own schema reads it.
    const read = (after: number | null) => caller.jobs.result({ id: id as `job_${string}`, after });
    const { fileName, stream } = await resultFile(read);
    return fileAnswer(stream, { name: fileName, format: "csv" });
  } catch (error) {
    return fileRefusal(platform, error, "The result could not be read. Try again.");
  }
}
