import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  // A slash at the end makes another path, which the API does not have; Next would send calls on to the one without it.
  skipTrailingSlashRedirect: true,
  // What Next keeps of a body for proxy.ts, where it runs alone: no page takes any.
  experimental: { proxyClientMaxBodySize: "64kb" },
  // Native or process-wide modules stay out of the bundle.
  serverExternalPackages: ["@node-rs/argon2", "pino", "postgres", "@redis/client"],
  // `npm run types` checks them, in CI; here it would make whoever only wants to start Keyward wait three times as long.
  typescript: { ignoreBuildErrors: true },
};

export default config;
