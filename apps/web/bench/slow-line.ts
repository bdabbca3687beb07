// A line between a browser and a relay that is as slow as wanted: Chromium's own throttle does not reach workers and the service
// worker, and most of what this app loads is loaded there.

import { createServer, connect, type Socket } from "node:net";

export interface Line {
  readonly bytesPerSecond: number;
  /** Of a way there and back. */
  readonly roundTripMs: number;
}

/** Lighthouse's "slow 4G". */
export const SLOW_4G: Line = { bytesPerSecond: 200_000, roundTripMs: 150 };

export interface SlowLine {
  readonly port: number;
  /** `undefined`: as fast as it goes. `cut`: nobody comes through. */
  readonly set: (line: Line | "cut" | undefined) => void;
  readonly close: () => void;
}

/** Listens on a port of its own and passes everything on to the relay's. */
export async function openSlowLine(target: number): Promise<SlowLine> {
  let line: Line | "cut" | undefined;
  const sockets = new Set<Socket>();
  // One line for all connections, each way.
  const freeAt = { there: 0, back: 0 };
  const pass = (from: Socket, to: Socket, way: "there" | "back"): void => {
    from.on("data", (chunk) => {
      if (typeof line !== "object") {
        to.write(chunk);
        return;
      }
      const now = performance.now();
      const begins = Math.max(now + line.roundTripMs / 2, freeAt[way]);
      freeAt[way] = begins + (chunk.length / line.bytesPerSecond) * 1_000;
      setTimeout(() => to.write(chunk), freeAt[way] - now);
    });
    const end = (): void => {
      const delay =
        typeof line === "object"
          ? Math.max(0, freeAt[way] - performance.now())
          : 0;
      setTimeout(() => to.destroy(), delay + 5);
    };
    from.on("close", end);
    from.on("error", end);
    sockets.add(from);
  };
  const server = createServer((incoming) => {
    if (line === "cut") {
      incoming.destroy();
      return;
    }
    const outgoing = connect(target, "127.0.0.1");
    pass(incoming, outgoing, "there");
    pass(outgoing, incoming, "back");
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Error("no port");
  return {
    port: address.port,
    set: (next) => {
      line = next;
      if (next !== "cut") return;
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
