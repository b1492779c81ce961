import { health } from "@/gateway/http/probes";

export const dynamic = "force-dynamic";

export const GET = health;
