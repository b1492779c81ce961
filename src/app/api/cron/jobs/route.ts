import { mayWork, workBatch } from "@/server/jobs/cron";
import { backgroundContextFor } from "@/server/runtime/runtime";
import { withRuntime } from "../../with-runtime";

/** Seconds the hosting lets one call run; the batch ends itself before that. */
export const maxDuration = 60;

/** Works a bounded batch of jobs where no process stays (Vercel-style hosting): for the hosting's scheduler alone. */
export function GET(request: Request): Promise<Response> {
  return withRuntime(request, async (runtime) => {
    const headers = { "Cache-Control": "no-store" };
    if (!mayWork(runtime.env.CRON_SECRET, request.headers.get("authorization"))) {
      return Response.json(
        { error: "This needs Authorization: Bearer <CRON_SECRET>." },
        { status: 401, headers },
      );
    }
    return Response.json(await workBatch(backgroundContextFor(runtime, "jobs")), { headers });
  });
}
