import type { Overlap } from "@/contracts/keys";
import type { CreateKeyInput } from "@/contracts/schemas/keys";

/** A key of the story, in days before today; negative ones lie ahead. */
export interface DemoKey {
  name: string;
  environment: CreateKeyInput["environment"];
  /** Of Keyward, and of permissions.ts. */
  permissions: readonly [string, ...string[]];
  rateLimits?: CreateKeyInput["rateLimits"];
  description?: string;
  ipAllowlist?: string[];
  allowedOrigins?: string[];
  /** A contact outside; absent: whoever made it. */
  owner?: string;
  tags?: string[];
  /** To so many customers. */
  scopedTo?: number;
  made: number;
  expires?: number;
  regenerated?: { day: number; overlap: Overlap };
  revoked?: { day: number; reason: string };
  /** Revoked and then deleted on this day. */
  deleted?: number;
  /** How it is called, once in so many minutes; absent: it never was. */
  use?: { everyMinutes: number; route: string; agent: string; ip: string };
}

const website = { route: "POST /customers", agent: "website/3.8 node", ip: "203.0.113.14" };
const app = { route: "POST /licenses/validate", agent: "Atelier/4.2 (Windows 11)", ip: "198.51.100.201" };
const phone = { route: "POST /licenses/validate", agent: "Atelier/2.9 (iOS 19.1)", ip: "2001:db8:a::17" };

/** One of every kind that an administrator meets: in use, idle, about to expire, expired, cut off, restricted, deleted. */
export const DEMO_KEYS: readonly DemoKey[] = [
  {
    name: "Main website",
    environment: "production",
    description: "Sign-ups and the customer area.",
    tags: ["web"],
    permissions: ["customers:write", "licenses:manage", "jobs:read"],
    rateLimits: { minute: 300, day: 100_000 },
    made: 118,
    use: { everyMinutes: 2, ...website },
  },
  {
    name: "Atelier Desktop",
    environment: "production",
    description: "Shipped inside the desktop app.",
    tags: ["app", "desktop"],
    permissions: ["licenses:validate", "telemetry:write"],
    rateLimits: { minute: 600 },
    made: 117,
    use: { everyMinutes: 1, ...app },
  },
  {
    name: "Atelier Mobile",
    environment: "production",
    tags: ["app", "mobile"],
    permissions: ["licenses:validate", "telemetry:write"],
    rateLimits: { minute: 600, hour: 20_000 },
    made: 104,
    use: { everyMinutes: 1, ...phone },
  },
  {
    name: "Checkout service",
    environment: "production",
    description: "Issues a licence when an order is paid.",
    tags: ["payments", "web"],
    permissions: ["customers:write", "licenses:manage", "jobs:write"],
    rateLimits: { minute: 120 },
    ipAllowlist: ["203.0.113.0/24", "2001:db8:40::/48"],
    made: 116,
    use: { everyMinutes: 7, route: "POST /licenses", agent: "checkout/1.14", ip: "203.0.113.40" },
  },
  {
    name: "Nightly export to the warehouse",
    environment: "production",
    permissions: ["licenses:read", "customers:read", "jobs:write"],
    rateLimits: { day: 500 },
    made: 95,
    use: { everyMinutes: 1_440, route: "GET /jobs/{id}/result", agent: "airflow/2.11", ip: "203.0.113.77" },
  },
  {
    name: "Product analytics",
    environment: "production",
    permissions: ["telemetry:read"],
    rateLimits: { minute: 30, hour: 600, day: 5_000 },
    made: 88,
    expires: -5,
    use: { everyMinutes: 60, route: "GET /telemetry", agent: "python-httpx/0.28", ip: "203.0.113.90" },
  },
  {
    name: "Reseller Northwind",
    environment: "production",
    description: "Sees the licences of its own customers only.",
    owner: "it@northwind.example",
    tags: ["reseller"],
    permissions: ["licenses:read", "customers:read"],
    scopedTo: 3,
    made: 71,
    use: { everyMinutes: 190, route: "GET /licenses", agent: "northwind-portal/2", ip: "192.0.2.18" },
  },
  {
    name: "Reseller Meridian",
    environment: "production",
    owner: "api@meridian.example",
    tags: ["reseller"],
    permissions: ["licenses:manage", "customers:read"],
    scopedTo: 2,
    ipAllowlist: ["192.0.2.64/26"],
    made: 63,
    expires: -9,
    use: { everyMinutes: 420, route: "POST /licenses", agent: "Meridian ERP", ip: "192.0.2.70" },
  },
  {
    name: "Support desk",
    environment: "production",
    permissions: ["licenses:read", "customers:read", "telemetry:read"],
    made: 59,
    regenerated: { day: 0, overlap: "24h" },
    use: { everyMinutes: 12, route: "GET /customers", agent: "helpdesk-sync/5", ip: "203.0.113.51" },
  },
  {
    name: "Edge gateway",
    environment: "production",
    description: "Asks whether a key is good before it lets a call through.",
    permissions: ["keys:verify"],
    rateLimits: { minute: 3_000 },
    made: 40,
  },
  {
    name: "Fulfilment partner",
    environment: "production",
    description: "Reads the orders of the shop; the edge gateway lets it through by its permission.",
    owner: "it@parcel.example",
    tags: ["shop"],
    permissions: ["orders:write", "invoices:read"],
    rateLimits: { minute: 120 },
    made: 38,
  },
  {
    name: "Trial of an automation service",
    environment: "production",
    permissions: ["licenses:read", "customers:read", "telemetry:read", "jobs:read"],
    made: 46,
  },
  {
    name: "Online shop",
    environment: "production",
    description:
      "A shop that is being built: sells, activates and reports by one key. `demo play` is this shop.",
    tags: ["shop", "web"],
    permissions: ["customers:write", "licenses:manage", "licenses:validate", "telemetry:write", "jobs:write"],
    rateLimits: { minute: 240, day: 100_000 },
    made: 2,
  },
  {
    name: "Status page",
    environment: "production",
    permissions: ["jobs:read"],
    allowedOrigins: ["https://status.atelier.example"],
    made: 1,
  },
  {
    name: "Former partner",
    environment: "production",
    permissions: ["customers:read", "licenses:manage", "jobs:write"],
    made: 101,
    revoked: { day: 12, reason: "The partnership ended." },
    use: { everyMinutes: 300, route: "GET /customers", agent: "partner-sync/1.0", ip: "192.0.2.200" },
  },
  {
    name: "Build server",
    environment: "production",
    permissions: ["licenses:manage"],
    made: 99,
    revoked: { day: 41, reason: "Found in a public repository." },
    use: { everyMinutes: 45, route: "POST /licenses", agent: "curl/8.9.1", ip: "192.0.2.133" },
  },
  {
    name: "Autumn campaign",
    environment: "production",
    permissions: ["customers:write"],
    rateLimits: { minute: 600, day: 50_000 },
    made: 68,
    expires: 22,
    use: { everyMinutes: 3, route: "POST /customers", agent: "campaign-site/1", ip: "203.0.113.150" },
  },
  {
    name: "Contractor",
    environment: "production",
    permissions: ["licenses:read"],
    made: 33,
    expires: 3,
    use: { everyMinutes: 600, route: "GET /licenses", agent: "Postman/11.60", ip: "192.0.2.41" },
  },
  {
    name: "Website, staging",
    environment: "staging",
    permissions: ["customers:write", "licenses:manage", "jobs:write"],
    made: 112,
    use: { everyMinutes: 35, ...website },
  },
  {
    name: "Nightly app",
    environment: "staging",
    permissions: ["licenses:validate", "telemetry:write"],
    made: 90,
    use: { everyMinutes: 15, ...app },
  },
  {
    name: "Acceptance tests",
    environment: "staging",
    permissions: ["licenses:manage", "licenses:validate", "customers:write", "telemetry:write", "jobs:write"],
    rateLimits: { minute: 1_200 },
    made: 52,
    expires: -12,
    use: { everyMinutes: 240, route: "DELETE /licenses/{id}", agent: "playwright/1.60", ip: "198.51.100.9" },
  },
  {
    name: "Load test",
    environment: "staging",
    permissions: ["licenses:manage", "jobs:write"],
    rateLimits: { minute: 100_000 },
    made: 6,
    revoked: { day: 0, reason: "Filled staging by mistake." },
    use: { everyMinutes: 5, route: "POST /jobs", agent: "k6/1.4", ip: "198.51.100.88" },
  },
  {
    name: "Rehearsal of the migration",
    environment: "staging",
    permissions: ["customers:write", "licenses:manage"],
    made: 80,
    expires: 50,
  },
  {
    name: "Laptops",
    environment: "development",
    permissions: ["licenses:manage", "licenses:validate", "customers:write", "telemetry:write", "jobs:write"],
    made: 111,
    use: { everyMinutes: 80, route: "GET /key", agent: "curl/8.14.1", ip: "198.51.100.23" },
  },
  {
    name: "Integration tests",
    environment: "development",
    permissions: ["licenses:manage", "licenses:validate", "customers:write"],
    rateLimits: { minute: 2_000 },
    ipAllowlist: ["198.51.100.0/24"],
    made: 77,
    use: { everyMinutes: 110, route: "POST /licenses/activate", agent: "vitest/4", ip: "198.51.100.60" },
  },
  {
    name: "Prototype",
    environment: "development",
    permissions: ["telemetry:read"],
    made: 20,
  },
  {
    name: "Old sandbox",
    environment: "development",
    permissions: ["customers:write"],
    made: 110,
    revoked: { day: 72, reason: "" },
    deleted: 70,
  },
];
