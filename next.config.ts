import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  // Native or process-wide modules stay out of the bundle.
  serverExternalPackages: ["@node-rs/argon2", "pino", "postgres", "@redis/client"],
  // `npm run types` checks them, in CI; here it would make whoever only wants to start Keyward wait three times as long.
  typescript: { ignoreBuildErrors: true },
};

export default config;
