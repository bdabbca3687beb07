// That the shell keeps nothing of connections that are gone, whatever they did and however they ended.

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { SOCKET_LIMITS } from "../core/index.ts";
import { clientFrame, OPCODES, openRawSocket } from "../testing/raw-socket.ts";
import { acceptSocket } from "./socket-admission.ts";
import {
  closeSocket,
  createSocketServer,
  sendFrame,
  stopSockets,
  type SocketServer,
} from "./socket-server.ts";
import { createTally } from "./tally.ts";

// Real connections take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

let sockets: SocketServer;
let http: Server;
let port = 0;
const ended: number[] = [];

beforeEach(async () => {
  sockets = createSocketServer(
    // One more than are open at once: who is not taken out is missed soon.
    { ...SOCKET_LIMITS, connections: 9, connectionsPerAddress: 9 },
    {
      opened: () => undefined,
      received: (id, bytes) => {
        if (bytes[0] === 1) sendFrame(sockets, [id], bytes.slice());
        if (bytes[0] === 2) closeSocket(sockets, id, "slow");
      },
      helloDue: () => undefined,
      drained: () => undefined,
      ended: (id) => ended.push(id),
    },
    createTally(),
  );
  http = createServer();
  http.on("upgrade", (head, socket, first) => {
    acceptSocket(sockets, { head, socket, first }, () => socket.destroy());
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const address = http.address();
  port = typeof address === "object" ? (address?.port ?? 0) : 0;
});

afterEach(async () => {
  await stopSockets(sockets);
  http.close();
});

const says: readonly Uint8Array[] = [
  new Uint8Array(0),
  clientFrame(OPCODES.binary, Uint8Array.of(1)),
  clientFrame(OPCODES.binary, Uint8Array.of(2)),
  clientFrame(OPCODES.ping, new Uint8Array(0)),
  clientFrame(OPCODES.text, Uint8Array.of(3)),
  clientFrame(OPCODES.close, Uint8Array.of(3, 0xe8)),
  Uint8Array.of(0xff, 0xff),
];

it("[RL-20] [RN-7] [RN-21] keeps nothing of a thousand connections that came and went", async () => {
  for (let i = 0; i < 1_000; i += 8) {
    const some = await Promise.all(
      Array.from({ length: 8 }, () => openRawSocket(port)),
    );
    for (const [n, one] of some.entries()) {
      one.send(says[(i + n) % says.length]!);
      one.close();
    }
    await vi.waitFor(() => expect(sockets.byId.size).toBe(0), {
      interval: 1,
      timeout: 10_000,
    });
  }
  expect(ended).toHaveLength(1_000);
  expect(new Set(ended).size).toBe(1_000);
  const { outbound, silent } = sockets;
  expect([
    outbound.all.size,
    outbound.dirty.size,
    outbound.unreadInAll,
  ]).toEqual([0, 0, 0]);
  expect(silent).toBe(0);
});
