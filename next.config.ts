import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  // A slash at the end makes another path, which the API does not have; Next would send calls on to the one without it.
  skipTrailingSlashRedirect: true,
  experimental: {
    // What Next keeps of a body for proxy.ts, where it runs alone: no page takes any.
    proxyClientMaxBodySize: "64kb",
    // A third of a start was loading every page. The first who visits one waits a tenth of a second longer for it.
    preloadEntriesOnStart: false,
  },
  // Native or process-wide modules stay out of the bundle, and out of that of the server beside it (src/cli/bundle.ts).
  serverExternalPackages: ["@node-rs/argon2", "pino", "postgres", "@redis/client"],
  // The guides of docs/guides, which features/docs makes pages of.
  turbopack: { rules: { "*.md": { type: "text" } } },
  // `npm run types` checks them, in CI; here it would make whoever only wants to start Keyward wait three times as long.
  typescript: { ignoreBuildErrors: true },
};

export default config;
