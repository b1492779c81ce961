import { health } from "@/server/rest/probes";

export const dynamic = "force-dynamic";

export const GET = health;
