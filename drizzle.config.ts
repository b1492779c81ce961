import { defineConfig } from "drizzle-kit";

/** For `npx drizzle-kit generate --name=what_it_does`; the product itself applies migrations at start. */
export default defineConfig({
  dialect: "postgresql",
  schema: "./src/server/database/schema/index.ts",
  out: "./drizzle",
});
