import { ready } from "@/gateway/http/probes";
import { withRuntime } from "../with-runtime";

export const dynamic = "force-dynamic";

export const GET = (request: Request) => withRuntime(request, ready);
