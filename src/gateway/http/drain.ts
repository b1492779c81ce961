import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { keptOf } from "./connections";

/** A connection, and where it stands in the list of those that are open. */
interface Open {
  socket: Socket;
  place: number;
}

/**
 * How a server stops without losing an answer: it takes no new connections, says on each it has that it is the last answer
 * (`Connection: close`, RFC 9112, section 9.6), so that a proxy sends its next call elsewhere, and ends when all have gone.
 */
export class Drain {
  /** In no order: a list in which each knows its place, and no Map by connection, for the reason in http/connections.ts. */
  readonly #open: Open[] = [];
  #stopping = false;

  /** @param server of which each connection's latest answer is kept (http/server.ts) */
  constructor(private readonly server: Server) {
    server.on("connection", (socket: Socket) => {
      const open = { socket, place: this.#open.length };
      this.#open.push(open);
      socket.once("close", () => this.#remove(open));
    });
    server.prependListener("request", (_, response) => {
      if (this.#stopping) this.#makeLast(response);
    });
  }

  #remove({ place }: Open): void {
    const last = this.#open.pop();
    if (!last || last.place === place) return;
    last.place = place;
    this.#open[place] = last;
  }

  /** @returns when every call that arrived has its answer; `cut` ends the waiting */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { socket } of this.#open) {
      const { latest } = keptOf(socket);
      if (latest) this.#makeLast(latest);
    }
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeIdleConnections();
      // To Node those are not idle on which nothing has come yet, as browsers and proxies open some ahead.
      for (const { socket } of [...this.#open]) if (socket.bytesRead === 0) socket.destroy();
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
