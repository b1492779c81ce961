import { once } from "node:events";
import { type AddressInfo, createServer, type Server, Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { ConnectionWatch } from "@/server/database/connection-watch";
import { ServerWatch } from "@/server/database/server-watch";
import { CHUNK_LIMITS, CONSOLE_LIMITS, GATEWAY_LIMITS, LOOK_UP_LIMITS } from "@/server/database/time-limits";

/** Real connections to a peer that answers only when told to; the clock is the test's. */
describe("the watch over a pool's connections", () => {
  let server: Server;
  let peers: Socket[];
  let shared: ServerWatch;
  let watch: ConnectionWatch;

  beforeEach(async () => {
    vi.useFakeTimers({
      toFake: ["performance", "setTimeout", "clearTimeout", "setInterval", "clearInterval"],
    });
    peers = [];
    shared = new ServerWatch();
    server = createServer((peer) => {
      peers.push(peer);
      peer.on("error", () => undefined).resume();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    watch = new ConnectionWatch(1, GATEWAY_LIMITS.statement, shared);
  });
  afterEach(() => {
    watch.stop();
    for (const peer of peers) peer.destroy();
    server.close();
    vi.useRealTimers();
  });

  /** A connection on which the peer has said something. */
  async function connect(to = watch): Promise<Socket> {
    const arrival = once(server, "connection");
    const { port } = server.address() as AddressInfo;
    const socket = await to.open({ host: ["127.0.0.1"], port: [port], path: false });
    await arrival;
    const greeting = once(socket, "data");
    peers.at(-1)?.write("hello");
    await greeting;
    await pass(1);
    return socket;
  }

  async function pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) await passMs(1_000);
  }

  async function passMs(milliseconds: number): Promise<void> {
    vi.advanceTimersByTime(milliseconds);
    // What the watch does at each look, it does after sockets were read.
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** A call that gets no answer. */
  function callWithoutAnswer(): void {
    watch.answered(GATEWAY_LIMITS, () => new Promise(() => undefined)).catch(() => undefined);
  }

  test("has what is written sent at once, not held back until the peer has acknowledged what came before", async () => {
    const setNoDelay = vi.spyOn(Socket.prototype, "setNoDelay");
    onTestFinished(() => setNoDelay.mockRestore());
    const socket = await connect();
    const settings = setNoDelay.mock.calls.filter((_, call) => setNoDelay.mock.contexts[call] === socket);
    // Without an argument it is true.
    expect(settings.map(([noDelay = true]) => noDelay)).toEqual([true]);
  });

  test("spares one that was idle for long and has just been asked, while another call is overdue", async () => {
    const socket = await connect();
    await pass(600);
    callWithoutAnswer();
    await pass(4);
    socket.write("a query");
    await pass(2);
    expect(socket.destroyed).toBe(false);
    await pass(10);
    expect(socket.destroyed).toBe(true);
  });

  test("ends a dead one, also while calls queue on it", async () => {
    const socket = await connect();
    await pass(600);
    callWithoutAnswer();
    for (let second = 0; second < 10; second++) {
      socket.write("a query");
      await pass(1);
    }
    expect(socket.destroyed).toBe(true);
  });

  test("ends a dead one within the longest statement, while a job works on the same pool", async () => {
    const socket = await connect();
    watch.answered(CHUNK_LIMITS, () => new Promise(() => undefined)).catch(() => undefined);
    callWithoutAnswer();
    socket.write("a query");
    await pass(20);
    expect(socket.destroyed).toBe(true);
  });

  describe("beside another pool, whose connection is found dead", () => {
    let other: ConnectionWatch;
    beforeEach(() => {
      other = new ConnectionWatch(1, CONSOLE_LIMITS.statement, shared);
    });
    afterEach(() => other.stop());

    /** A look-up that gets no answer. */
    async function dieFirst(): Promise<void> {
      watch = new ConnectionWatch(1, LOOK_UP_LIMITS.statement, shared);
      (await connect()).write("a query");
    }

    test("ends its own that were silent since, within five seconds, also one that may ask for longer", async () => {
      const idle = await connect(other);
      const asked = await connect(other);
      await dieFirst();
      await pass(1);
      asked.write("a dear query");
      await pass(4);
      expect([idle.destroyed, asked.destroyed]).toEqual([true, true]);
    });

    test("ends one that had its last answer just before, as a look of its own pool comes later", async () => {
      watch = new ConnectionWatch(1, LOOK_UP_LIMITS.statement, shared);
      const dying = await connect();
      await passMs(200);
      const socket = await connect(other);
      const heard = once(socket, "data");
      peers.at(-1)?.write("an answer");
      await heard;
      dying.write("a query");
      // To the look of the one pool, and only then to that of the other.
      await passMs(50);
      await passMs(200);
      await pass(2);
      socket.write("a question after a rest");
      await pass(3);
      expect(socket.destroyed).toBe(true);
    });

    test("spares one that has said something since", async () => {
      const socket = await connect(other);
      await dieFirst();
      await pass(2);
      const heard = once(socket, "data");
      peers[0]?.write("an answer");
      await heard;
      await pass(10);
      expect(socket.destroyed).toBe(false);
    });

    test("has a question asked where its own answer takes long, once a second", async () => {
      const ask = vi.fn();
      shared.askBy(ask);
      const socket = await connect(other);
      socket.write("a dear query");
      await pass(1);
      expect(ask).not.toHaveBeenCalled();
      await pass(4);
      expect(ask.mock.calls.length).toBeGreaterThanOrEqual(3);
      expect(ask.mock.calls.length).toBeLessThanOrEqual(4);
    });
  });

  test("gives up when whoever asked does, before the limits of the work, and begins nothing after that", async () => {
    const run = vi.fn(() => new Promise(() => undefined));
    const by = performance.now() + 2_000;
    const outcome = watch.answered(GATEWAY_LIMITS, run, by).catch((error: Error) => error);
    await pass(2);
    expect(await outcome).toMatchObject({ code: "unavailable" });
    await expect(watch.answered(GATEWAY_LIMITS, run, by)).rejects.toMatchObject({ code: "unavailable" });
    expect(run).toHaveBeenCalledTimes(1);
  });

  test("forgets work that failed before it asked anything", async () => {
    const socket = await connect();
    const fault = new Error("There are no rows to insert");
    const work = watch.answered(GATEWAY_LIMITS, () => {
      throw fault;
    });
    await expect(work).rejects.toBe(fault);
    await pass(60);
    expect(socket.destroyed).toBe(false);
  });
});
