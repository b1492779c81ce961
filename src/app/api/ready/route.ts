import { responseOf } from "@/gateway/http/fetch-handler";
import { ready } from "@/gateway/http/probes";
import { withRuntime } from "../with-runtime";

export const dynamic = "force-dynamic";

export const GET = (request: Request) =>
  withRuntime(request, async (runtime) => responseOf(await ready(runtime), request.method));
