// Loaded into a mount by NODE_OPTIONS (test/support/memory.ts): prints what it keeps in memory, and the most that it had
// in buffers, and what the system counts as its own, each time it gets a SIGUSR2.
const { setFlagsFromString } = require("node:v8");
const { runInNewContext } = require("node:vm");

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
let peak = 0;
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().arrayBuffers);
}, 10).unref();
process.on("SIGUSR2", () => {
  collect();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  process.stderr.write(`memory ${JSON.stringify({ kept: heapUsed + arrayBuffers, peak, rss })}\n`);
  peak = arrayBuffers;
});
