import { getPlatform } from "@/server/shared-platform";
import { exportFailure, exportRequestLog } from "@/server/trpc/request-export";

/** What is filtered of the log as a file, streamed, for a signed-in administrator. */
export async function GET(request: Request): Promise<Response> {
  const platform = getPlatform();
  const answer = await exportRequestLog(platform, request.headers, new URL(request.url).searchParams).catch(
    (error: unknown) => exportFailure(platform, error),
  );
  answer.headers.set("Cache-Control", "no-store");
  answer.headers.set("X-Content-Type-Options", "nosniff");
  return answer;
}
