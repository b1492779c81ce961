import { getPlatform } from "@/server/shared-platform";
import { fileRefusal } from "@/server/trpc/file-answers";
import { exportRequestLog } from "@/server/trpc/request-export";

/** What is filtered of the log as a file, streamed, for a signed-in administrator. */
export async function GET(request: Request): Promise<Response> {
  const platform = getPlatform();
  try {
    return await exportRequestLog(platform, request.headers, new URL(request.url).searchParams);
  } catch (error) {
    return fileRefusal(platform, error, "The log could not be exported. Try again.");
  }
}
