/** The environments, in the order in which the console shows them. */
export const ENVIRONMENTS = ["production", "staging", "development"] as const;

/** A key, and every record the public API touches, belongs to exactly one environment for life. */
export type Environment = (typeof ENVIRONMENTS)[number];

/** Added to the input of a verb that keys call as well. A key's environment is its own, whatever the input says. */
export interface NamedEnvironment {
  environment?: Environment | undefined;
}

/** `slug` is the environment's part of a key (`kw_prod_…`); scanners rely on it. */
export const ENVIRONMENT_DETAILS = {
  production: { label: "Production", slug: "prod" },
  staging: { label: "Staging", slug: "stag" },
  development: { label: "Development", slug: "dev" },
} as const satisfies Record<Environment, { label: string; slug: string }>;
