import { ready } from "@/server/rest/probes";
import { withPlatform } from "../with-platform";

export const dynamic = "force-dynamic";

export const GET = (request: Request) => withPlatform(request, ready);
