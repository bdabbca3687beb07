// A line between one client and the relay, as bytes: it keeps a copy of what passes, and is where the client seems to
// be from. Every simulated user has one of their own.

import { connect, createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";

/** One connection that passed. */
export interface Tapped {
  readonly fromClient: Uint8Array;
  readonly fromRelay: Uint8Array;
}

export interface Tap {
  readonly port: number;
  readonly connections: () => readonly Tapped[];
  readonly close: () => Promise<void>;
}

export interface TapOptions {
  /** The address that the relay sees; all of 127.0.0.0/8 is this machine. */
  readonly from?: string;
  /** Put behind the others in the request for an upgrade, as a browser and a proxy do. */
  readonly headers?: readonly string[];
}

interface Line {
  readonly fromClient: Buffer[];
  readonly fromRelay: Buffer[];
}

export async function openTap(
  relayPort: number,
  options: TapOptions = {},
): Promise<Tap> {
  const lines: Line[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const relay = connect({
      port: relayPort,
      host: "127.0.0.1",
      ...(options.from === undefined ? {} : { localAddress: options.from }),
    });
    const line: Line = { fromClient: [], fromRelay: [] };
    lines.push(line);
    for (const socket of [client, relay]) sockets.add(socket);
    pass(client, relay, (bytes) => {
      const sent = withHeaders(bytes, line, options.headers ?? []);
      line.fromClient.push(sent);
      return sent;
    });
    pass(relay, client, (bytes) => {
      line.fromRelay.push(bytes);
      return bytes;
    });
  });
  return {
    port: await listening(server),
    connections: () =>
      lines.map(({ fromClient, fromRelay }) => ({
        fromClient: Buffer.concat(fromClient),
        fromRelay: Buffer.concat(fromRelay),
      })),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function pass(
  from: Socket,
  to: Socket,
  change: (bytes: Buffer) => Buffer,
): void {
  from.on("data", (bytes) => to.write(change(bytes)));
  from.on("end", () => to.end());
  from.on("close", () => to.destroy());
  // That the other side is gone is for the tests to see, not for the line.
  from.on("error", () => to.destroy());
}

/** The head of a request comes in one piece; only the first piece of a connection is one. */
function withHeaders(
  bytes: Buffer,
  line: Line,
  headers: readonly string[],
): Buffer {
  if (line.fromClient.length > 0 || headers.length === 0) return bytes;
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1) return bytes;
  const more = headers.map((header) => `\r\n${header}`).join("");
  return Buffer.concat([
    bytes.subarray(0, end),
    Buffer.from(more, "latin1"),
    bytes.subarray(end),
  ]);
}

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  return bound.port;
}
