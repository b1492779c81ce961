import { createServer } from "node:http";

/** The least that Node can do for a call: what a microsecond of processor time is worth on this machine. */
const BODY = '{"status":"ok"}';
const server = createServer((_request, response) => {
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": BODY.length }).end(BODY);
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })}\n`);
});
