// A server that gives every message it gets to all its other connections: through the relay's connections, or through
// `ws.send` as a plain server would; or one that takes plain connections and does nothing. `node hub.ts halqa|ws|net`; says
// its port and, when asked, what it has used.

import { createServer } from "node:http";
import { createServer as createPlain, type Server } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { SOCKET_LIMITS } from "../../src/core/index.ts";
import { acceptSocket } from "../../src/node/socket-admission.ts";
import { createSocketServer, sendFrame } from "../../src/node/socket-server.ts";
import { createTally } from "../../src/node/tally.ts";

const MANY = 2 ** 30;

const [, , kind] = process.argv;
const servers = { halqa: serveAsRelay, ws: serveWithWs };
const server =
  kind === "halqa" || kind === "ws" ? servers[kind]() : servePlainly();
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" ? address?.port : 0 });
});

function servePlainly(): Server {
  return createPlain((socket) => {
    socket.on("error", () => undefined);
    socket.resume();
  });
}

function serveAsRelay(): Server {
  const http = createServer();
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
        const others = [...ids].filter((id) => id !== from);
        sendFrame(sockets, others, frame);
      },
      helloDue: () => undefined,
      drained: () => undefined,
      ended: (id) => ids.delete(id),
    },
    createTally(),
  );
  http.on("upgrade", (head, socket, first) => {
    acceptSocket(sockets, { head, socket, first }, () => socket.destroy());
  });
  return http;
}

function serveWithWs(): Server {
  const http = createServer();
  const sockets = new WebSocketServer({
    server: http,
    perMessageDeflate: false,
  });
  sockets.on("connection", (from) => {
    from.on("message", (data: Buffer) => {
      for (const to of sockets.clients) {
        if (to !== from && to.readyState === WebSocket.OPEN) {
          to.send(data, { binary: true });
        }
      }
    });
  });
  return http;
}
