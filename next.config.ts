import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  // Native or process-wide modules stay out of the bundle.
  serverExternalPackages: ["@node-rs/argon2", "pino", "postgres", "@redis/client"],
};

export default config;
