import { connect } from "node:net";
import { exchange, exchangeEndless, rawAnswer } from "@test/support/raw";

/** Whom an attack is made on, and with what. */
export interface Victim {
  url: string;
  /** A key of the attacker's own, which may do everything in the environment of the key that is measured. */
  key: string;
}

interface Attack {
  /** As the list of faults tells it. */
  what: string;
  /** How many strikes are under way at a time; each has a connection of its own. */
  connections: number;
  /** Between two strikes of one connection, in milliseconds: what a megabyte takes on a line of 32 Mbit/s. */
  pause?: number;
  /** @returns the status of the answer, or what came instead of one */
  strike(victim: Victim, turn: number): Promise<number | string>;
}

const MIB = 1_048_576;
const MEGABYTE_PAUSE_MS = 250;

async function ask(
  { url }: Victim,
  line: string,
  headers: readonly string[] = [],
  body = "",
): Promise<number> {
  const length = body ? [`Content-Length: ${Buffer.byteLength(body)}`, "Content-Type: application/json"] : [];
  const head = [`${line} HTTP/1.1`, "Host: keyward.test", ...headers, ...length, "Connection: close", "", ""];
  return rawAnswer(await exchange(url, head.join("\r\n") + body)).status;
}

/** With the attacker's key. */
const askWithKey = (victim: Victim, line: string, body = "") =>
  ask(victim, line, [`X-API-Key: ${victim.key}`], body);

const startJob = (victim: Victim, input: string) =>
  askWithKey(victim, "POST /api/v1/production/jobs", `{"type":"customers.import","input":${input}}`);

const flood =
  (path: string): Attack["strike"] =>
  async ({ url }) => {
    const headers = `Host: keyward.test\r\nOrigin: ${url}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked`;
    return rawAnswer(await exchangeEndless(url, `POST ${path} HTTP/1.1\r\n${headers}\r\n\r\n`, 20 * MIB))
      .status;
  };

/** Headers that come byte by byte, until somebody has had enough. */
function drip({ url }: Victim): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.write("GET /api/health HTTP/1.1\r\nHost: keyward.test\r\nX-Slow: ");
    const dripping = setInterval(() => socket.write("x"), 200);
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearInterval(dripping);
      resolve(answer.slice(9, 12));
    });
  });
}

const nested = '{"__proto__":1,"a":'.repeat(20_000) + 1 + "}".repeat(20_000);
const wrongLines = `{"rows":[1],"lines":[${Array.from({ length: 340_000 }, () => -1).join()}]}`;
const wrongEvents = JSON.stringify({
  events: Array.from({ length: 1_000 }, () => ({ type: 1, colour: "red" })),
});
const unstorable = JSON.stringify({
  rows: Array.from({ length: 1_000 }, (_, at) => ({
    email: `a${at}@acme.example`,
    name: ["\u0000", "\ud800", "\u202e"][at % 3],
  })),
});
const SPELLINGS = [
  "/./api/v1/production/key",
  "/x/../api/v1/production/key",
  "/api-keys/%ff",
  "*",
  "/api/v1/%",
  "//api//v1",
];

/** The attacks of section A of the list of faults, and the searches of B1, as a program of a stranger would make them. */
export const ATTACKS: Record<string, Attack> = {
  "A1 set-up": {
    what: "20 MB chunked to /api/trpc/setUp.complete",
    connections: 4,
    strike: flood("/api/trpc/setUp.complete"),
  },
  "A1 sign-in": {
    what: "20 MB chunked to /api/auth/callback/credentials",
    connections: 4,
    strike: flood("/api/auth/callback/credentials"),
  },
  A2: {
    what: "batches of 20 and of 900 calls without a session",
    connections: 4,
    strike: (victim, turn) =>
      ask(
        victim,
        `POST /api/trpc/${Array.from({ length: turn % 2 ? 20 : 900 }, () => "setUp.complete").join()}?batch=1`,
        [`Origin: ${victim.url}`],
        "{}",
      ),
  },
  A3: {
    what: "400 KB of JSON nested 20,000 deep",
    connections: 2,
    pause: MEGABYTE_PAUSE_MS / 2,
    strike: (victim) => startJob(victim, `{"rows":[${nested}]}`),
  },
  A4: {
    what: "1 MB with 340,000 faults; 1,000 events with 2,000",
    connections: 2,
    pause: MEGABYTE_PAUSE_MS,
    strike: (victim, turn) =>
      turn % 2
        ? startJob(victim, wrongLines)
        : askWithKey(victim, "POST /api/v1/production/telemetry", wrongEvents),
  },
  A5: {
    what: "404s with random paths, queries and agents",
    connections: 8,
    strike: (victim) => {
      const random = crypto.randomUUID();
      return ask(victim, `GET /api/v1/${random}?${random.repeat(20)}`, [`User-Agent: ${random.repeat(20)}`]);
    },
  },
  "A6, A7": {
    what: "imports of 1,000 rows that cannot be stored; keys as licence keys",
    connections: 2,
    pause: MEGABYTE_PAUSE_MS / 4,
    strike: (victim, turn) =>
      turn % 2
        ? startJob(victim, unstorable)
        : askWithKey(
            victim,
            "POST /api/v1/production/licenses",
            JSON.stringify({ product: "Editor", key: victim.key }),
          ),
  },
  A8: {
    what: "upgrades to HTTP/2 and web sockets",
    connections: 8,
    strike: (victim, turn) =>
      ask(victim, `GET ${turn % 2 ? "/api/health" : "/api/v1/production/key"}`, [
        "Connection: Upgrade, HTTP2-Settings",
        turn % 4 < 2 ? "Upgrade: h2c" : "Upgrade: websocket",
        "HTTP2-Settings: AAMAAABkAAQAAP__",
      ]),
  },
  A9: {
    what: "odd spellings of paths",
    connections: 8,
    strike: (victim, turn) => ask(victim, `GET ${SPELLINGS[turn % SPELLINGS.length]}`),
  },
  A10: { what: "headers byte by byte on 200 connections", connections: 200, strike: drip },
  B1: {
    what: "searches by a neighbour key that match nothing among 400,000 customers",
    connections: 8,
    strike: (victim) => askWithKey(victim, "GET /api/v1/production/customers?search=qqxqqzqq"),
  },
};
