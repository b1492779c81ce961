// Loaded into a mount by NODE_OPTIONS (test/support/memory.ts): prints what it keeps in memory, the most that it held in
// buffers at once, and what the system counts as its own, each time it gets a SIGUSR2.
const { Session } = require("node:inspector");

/** Growth of buffers upon which garbage is told from what is held, in bytes. No more than this is overlooked. */
const STEP_BYTES = 4 * 1_048_576;

const session = new Session();
session.connect();

// Not `gc()` of --expose-gc: V8 frees buffers on a thread of its own after that has returned. On a busy machine garbage is
// then still counted, up to 18 MiB on Node 20 and 50 MiB on Node 24, which collects later. This calls back when all is
// freed; V8 does it in a task of its own, so whoever measured at once would measure the garbage as well.
const collect = (then) => session.post("HeapProfiler.collectGarbage", then);
const buffers = () => process.memoryUsage().arrayBuffers;

let peak = 0;
let isCollecting = false;
setInterval(() => {
  if (isCollecting || buffers() < peak + STEP_BYTES) return;
  isCollecting = true;
  collect(() => {
    isCollecting = false;
    peak = Math.max(peak, buffers());
  });
}, 10).unref();
process.on("SIGUSR2", () =>
  collect(() => {
    const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
    process.stderr.write(`memory ${JSON.stringify({ kept: heapUsed + arrayBuffers, peak, rss })}\n`);
    peak = arrayBuffers;
  }),
);
