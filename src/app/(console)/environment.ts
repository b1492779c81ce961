import { cookies } from "next/headers";
import { createLoader, parseAsStringLiteral, type SearchParams } from "nuqs/server";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";

const loadSearchParams = createLoader({ env: parseAsStringLiteral([...ENVIRONMENTS, "all"]) });

/** The environment chosen last in this browser; null is all of them. */
export async function rememberedEnvironment(): Promise<Environment | null> {
  const value = (await cookies()).get("env")?.value;
  return ENVIRONMENTS.find((environment) => environment === value) ?? null;
}

/** What `useEnvironment()` will say in the browser, so that the server prefetches for the same input. */
export async function currentEnvironment(searchParams: Promise<SearchParams>): Promise<Environment | null> {
  const { env } = await loadSearchParams(searchParams);
  return env === "all" ? null : (env ?? (await rememberedEnvironment()));
}
