import { responseOf } from "@/gateway/http/fetch-handler";
import { health } from "@/gateway/http/probes";

export const dynamic = "force-dynamic";

export const GET = ({ method }: Request) => responseOf(health(), method);
