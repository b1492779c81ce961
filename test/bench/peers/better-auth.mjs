// Better Auth's API-key plugin as its own documentation sets it up: Postgres, the limit on, a bare Node server in front.
// Says on standard output, as one line of JSON, where it listens and which keys it has made.
import { createServer } from "node:http";
import { apiKey } from "@better-auth/api-key";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import pg from "pg";

const KEYS = 1_000;
const LIMIT = { rateLimitEnabled: true, rateLimitMax: 1_000_000, rateLimitTimeWindow: 60_000 };

const [databaseUrl] = process.argv.slice(2);
const auth = betterAuth({
  database: new pg.Pool({ connectionString: databaseUrl, max: 10 }),
  secret: "a secret of a benchmark, long enough for anybody",
  baseURL: "http://127.0.0.1",
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  logger: { disabled: true },
  plugins: [apiKey()],
});

const { runMigrations } = await getMigrations(auth.options);
await runMigrations();
const { user } = await auth.api.signUpEmail({
  body: { email: "bench@acme.example", name: "Bench", password: "correct horse battery" },
});
const keys = [];
for (let number = 0; number < KEYS; number++) {
  const { key } = await auth.api.createApiKey({ body: { userId: user.id, name: `Key ${number}`, ...LIMIT } });
  keys.push(key);
}

const server = createServer(async (request, response) => {
  const key = request.headers.authorization?.slice("Bearer ".length) ?? "";
  const verified = await auth.api.verifyApiKey({ body: { key } });
  response.writeHead(verified.valid ? 200 : 401, { "content-type": "application/json" });
  response.end(JSON.stringify(verified.valid ? { id: verified.key.id } : verified.error));
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}`, keys })}\n`);
});
