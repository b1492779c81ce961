import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * How a server stops without losing an answer: it takes no new connections, says on each it has that it is the last answer
 * (`Connection: close`, RFC 9112, section 9.6), so that a proxy sends its next call elsewhere, and ends when all have gone.
 */
export class Drain {
  /**
   * What each connection was asked last. Not a set of answers under way: a Set to which every call adds and from which every call
   * takes is made anew after a few dozen of them, each of those that were refers to the next, and once the first is among the
   * old objects, V8 keeps all of them, with three in four requests and answers, until it looks through those.
   */
  readonly #latest = new Map<Socket, ServerResponse | null>();
  #stopping = false;

  constructor(private readonly server: Server) {
    server.on("connection", (socket: Socket) => {
      this.#latest.set(socket, null);
      socket.once("close", () => this.#latest.delete(socket));
    });
    server.prependListener("request", ({ socket }, response) => {
      this.#latest.set(socket, response);
      if (this.#stopping) this.#makeLast(response);
    });
  }

  /** @returns when every call that arrived has its answer; `cut` ends the waiting */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const response of this.#latest.values()) if (response) this.#makeLast(response);
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeIdleConnections();
      // To Node those are not idle on which nothing has come yet, as browsers and proxies open some ahead.
      for (const socket of this.#latest.keys()) if (socket.bytesRead === 0) socket.destroy();
    });
  }

  /** Of several calls in line on one connection, the latest: to those before it would be the end of what waits behind them. */
  #makeLast(response: ServerResponse): void {
    if (!response.headersSent) response.shouldKeepAlive = false;
    // Its head may have been written before the stop, as one that stays open; then it is idle, and nobody is told.
    response.once("close", () => setImmediate(() => this.server.closeIdleConnections()));
  }

  /** Ends what is still under way. */
  cut(): void {
    this.server.closeAllConnections();
  }
}
