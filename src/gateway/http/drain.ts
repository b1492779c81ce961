import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * How a server stops without losing an answer: it takes no new connections, says on each it has that it is the last answer
 * (`Connection: close`, RFC 9112, section 9.6), so that a proxy sends its next call elsewhere, and ends when all have gone.
 */
export class Drain {
  readonly #answering = new Set<ServerResponse>();
  readonly #connections = new Set<Socket>();
  #stopping = false;

  constructor(private readonly server: Server) {
    server.on("connection", (socket: Socket) => {
      this.#connections.add(socket);
      socket.once("close", () => this.#connections.delete(socket));
    });
    server.prependListener("request", (_request, response) => {
      this.#answering.add(response);
      if (this.#stopping) response.shouldKeepAlive = false;
      response.once("close", () => {
        this.#answering.delete(response);
        // Its head may have been written before the stop, as one that stays open; now it is idle, and nobody is told.
        if (this.#stopping) setImmediate(() => this.server.closeIdleConnections());
      });
    });
  }

  /** @returns when every call that arrived has its answer; `cut` ends the waiting */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const response of this.#answering) if (!response.headersSent) response.shouldKeepAlive = false;
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeIdleConnections();
      // To Node those are not idle on which nothing has come yet, as browsers and proxies open some ahead.
      for (const socket of this.#connections) if (socket.bytesRead === 0) socket.destroy();
    });
  }

  /** Ends what is still under way. */
  cut(): void {
    this.server.closeAllConnections();
  }
}
