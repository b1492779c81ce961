import { ready } from "@/server/rest/probes";
import { getPlatform } from "@/server/shared-platform";

export const dynamic = "force-dynamic";

export const GET = async () => ready(await getPlatform());
