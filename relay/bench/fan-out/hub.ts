// A server that gives every message it gets to all its other connections: through the relay's connections, or through
// `ws.send` as a plain server would. `node hub.ts halqa|ws`; says its port and, when asked, what it has used.

import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";
import { SOCKET_LIMITS } from "../../src/core/index.ts";
import { acceptSocket } from "../../src/node/socket-admission.ts";
import { createSocketServer, sendFrame } from "../../src/node/socket-server.ts";
import { createTally } from "../../src/node/tally.ts";

const MANY = 2 ** 30;

const server = createServer();
if (process.argv[2] === "halqa") serveAsRelay();
else serveWithWs();
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" ? address?.port : 0 });
});

function serveAsRelay(): void {
  const ids = new Set<number>();
  const sockets = createSocketServer(
    {
      ...SOCKET_LIMITS,
      // Those who only read say nothing here, and one sends it all.
      connections: MANY,
      connectionsPerAddress: MANY,
      silentConnections: MANY,
      helloMs: MANY,
      framesPerSecond: MANY,
      workMsPerSecond: 1_000,
      memoryBytes: 8 * MANY,
    },
    {
      opened: (id) => ids.add(id),
      received: (from, bytes) => {
        const frame = Uint8Array.from(bytes);
        for (const id of ids) if (id !== from) sendFrame(sockets, id, frame);
      },
      helloDue: () => undefined,
      drained: () => undefined,
      ended: (id) => ids.delete(id),
    },
    createTally(),
  );
  server.on("upgrade", (head, socket, first) => {
    acceptSocket(sockets, { head, socket, first }, () => socket.destroy());
  });
}

function serveWithWs(): void {
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on("connection", (from) => {
    from.on("message", (data: Buffer) => {
      for (const to of sockets.clients) {
        if (to !== from && to.readyState === WebSocket.OPEN) {
          to.send(data, { binary: true });
        }
      }
    });
  });
}
