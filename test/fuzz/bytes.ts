import { connect } from "node:net";
import fc from "fast-check";
import type { Target } from "./campaign";

/** Requests that are right, before bytes of them are changed. */
const REQUESTS = {
  get: "GET /api/v1/staging/key HTTP/1.1\r\nHost: a.test\r\nX-API-Key: {key}\r\n\r\n",
  query:
    "GET /api/v1/staging/customers?limit=1&search=a%20b HTTP/1.1\r\nHost: a.test\r\nAuthorization: Bearer {key}\r\n\r\n",
  post: 'POST /api/v1/staging/licenses/validate HTTP/1.1\r\nHost: a.test\r\nX-API-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"key":"a"}',
  chunked:
    'POST /api/v1/staging/licenses/validate HTTP/1.1\r\nHost: a.test\r\nX-API-Key: {key}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\n{"key\r\n6\r\n":"a"}\r\n0\r\nTrailer: x\r\n\r\n',
  expect:
    "POST /api/v1/staging/customers HTTP/1.1\r\nHost: a.test\r\nX-API-Key: {key}\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
  upgrade:
    "GET /api/v1/staging/key HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
  console:
    "POST /api/auth/callback/credentials HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n",
  page: "GET /sign-in HTTP/1.1\r\nHost: a.test\r\nCookie: a=b\r\n\r\n",
  probe: "GET /api/health HTTP/1.0\r\n\r\n",
  http2: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  tls: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
} as const;

type RequestName = keyof typeof REQUESTS;

/** Bytes that mean something to a reader of HTTP. */
const TOKENS = [
  "\r\n",
  "\n",
  "\r",
  "\0",
  " ",
  "\t",
  ":",
  ",",
  ";",
  "\xff",
  "\x80\x80",
  "%",
  "?",
  "#",
  "..",
  "HTTP/1.1",
  "HTTP/0.9",
  "0\r\n\r\n",
  "ffffffffffffffff\r\n",
  "-1\r\n",
  "Content-Length: 5\r\n",
  "Content-Length: 99999999999999999999\r\n",
  "Content-Length: -1\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding: identity, chunked\r\n",
  "Transfer-Encoding : chunked\r\n",
  "Connection: close\r\n",
  "Host: b.test\r\n",
  "Expect: x\r\n",
  " folded\r\n",
  "X: ".padEnd(17_000, "x"),
  "X: y\r\n".repeat(120),
];

/** One or more requests on one connection, with bytes of them changed, sent in some pieces. */
interface BytesPlan {
  requests: RequestName[];
  changes: ({ at: number } & (
    | { insert: string }
    | { remove: number }
    | { repeat: number }
    | { cut: true }
  ))[];
  pieces: number[];
}

const change = fc.oneof(
  { weight: 4, arbitrary: fc.record({ at: fc.nat(600), insert: fc.constantFrom(...TOKENS) }) },
  { weight: 2, arbitrary: fc.record({ at: fc.nat(600), remove: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 2, arbitrary: fc.record({ at: fc.nat(600), repeat: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ at: fc.nat(600), cut: fc.constant(true as const) }) },
);

const bytesPlan: fc.Arbitrary<BytesPlan> = fc.record({
  requests: fc.array(fc.constantFrom(...(Object.keys(REQUESTS) as RequestName[])), {
    minLength: 1,
    maxLength: 3,
  }),
  changes: fc.array(change, { maxLength: 4 }),
  pieces: fc.array(fc.nat(600), { maxLength: 3 }),
});

/** After which we end our half of a connection on which nothing comes; the server has ten seconds for slow headers. */
const PATIENCE_MS = 250;
/** After which a connection whose other half has ended counts as one that hangs. */
const HANGS_MS = 20_000;

/** A server, attacked with bytes that no HTTP client would send. It answers or closes, and goes on living. */
export function rawBytes(url: string, key: string): Target<BytesPlan> {
  return {
    name: `Bytes to ${url}`,
    plans: bytesPlan,
    async attempt(plan) {
      const received = await exchange(url, bytesOf(plan, key), plan.pieces);
      if (received === null) return ["the connection hangs after its other half has ended"];
      if (received && !/^HTTP\/1\.1 \d{3} /.test(received)) return ["the answer is no HTTP"];
      return /HTTP\/1\.1 5\d\d /.test(received) ? [`a fault of ours: ${received.slice(-400)}`] : [];
    },
    show: async (plan) => JSON.stringify(bytesOf(plan, "{key}").toString("latin1")),
  };
}

function bytesOf({ requests, changes }: BytesPlan, key: string): Buffer {
  let text = requests.map((name) => REQUESTS[name].replace("{key}", key)).join("");
  for (const change of changes) {
    const at = change.at % (text.length + 1);
    const [before, after] = [text.slice(0, at), text.slice(at)];
    if ("insert" in change) text = before + change.insert + after;
    else if ("remove" in change) text = before + after.slice(change.remove);
    else if ("repeat" in change) text = before + after.slice(0, change.repeat) + after;
    else text = before;
  }
  return Buffer.from(text, "latin1");
}

/** Sends bytes in pieces, and ends its half once an answer has begun, or none comes. @returns null where it hangs */
function exchange(url: string, bytes: Buffer, cuts: readonly number[]): Promise<string | null> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    let answer = "";
    const hangs = setTimeout(() => {
      resolve(null);
      socket.destroy();
    }, HANGS_MS);
    const patience = setTimeout(() => socket.end(), PATIENCE_MS);
    socket.setNoDelay(true);
    socket.on("connect", () => {
      let sent = 0;
      for (const cut of [
        ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b),
        bytes.length,
      ]) {
        if (cut > sent) socket.write(bytes.subarray(sent, cut));
        sent = Math.max(sent, cut);
      }
    });
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
    });
    socket.on("end", () => socket.end());
    // The server may close while we still send. That is an answer; only a port that takes nobody is none.
    socket.on("error", (error) => {
      if ("code" in error && error.code === "ECONNREFUSED") reject(error);
    });
    socket.on("close", () => {
      clearTimeout(hangs);
      clearTimeout(patience);
      resolve(answer);
    });
  });
}
