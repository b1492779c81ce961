/** Where the public API's paths begin: its root and, where the caller wrote it, the environment. */
export const BASE = /^\/api\/v1(?:\/(production|staging|development))?(?=\/)/;
