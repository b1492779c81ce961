import { getPlatform } from "@/server/open-platform";
import { ready } from "@/server/rest/probes";

export const dynamic = "force-dynamic";

export const GET = () => ready(getPlatform());
