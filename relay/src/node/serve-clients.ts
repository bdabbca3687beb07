// Connections, core and store, joined to each other.

import { createHmac, randomBytes } from "node:crypto";
import {
  PUSH_HOSTS,
  RELAY_QUOTAS,
  type LogStore,
  type RelayEnv,
  type RelayEvent,
  type SocketLimits,
} from "../core/index.ts";
import { startDayClock } from "./day-clock.ts";
import { watchMemory } from "./memory-watch.ts";
import { sha256, verifyEd25519 } from "./node-crypto.ts";
import type { PushKey } from "./push/push-key.ts";
import { createWakeUp } from "./push/wake-up.ts";
import { createWaker } from "./push/waker.ts";
import type { RelayKey } from "./relay-key.ts";
import {
  createRelayLoop,
  settleLoop,
  tellLoop,
  type Outlet,
  type RelayLoop,
} from "./relay-loop.ts";
import {
  chargeSocket,
  closeSocket,
  createSocketServer,
  drainSocket,
  fillSockets,
  sendFrame,
  shedSockets,
  stopHearing,
  stopSockets,
  type SocketServer,
} from "./socket-server.ts";
import type { Tally } from "./tally.ts";

export interface ServedClients {
  readonly sockets: SocketServer;
  readonly loop: RelayLoop;
  /** Finishes and answers what is in the store, then tells all clients to come back later; resolves when they are gone. */
  stop(): Promise<void>;
}

export interface PushParts {
  readonly key: PushKey;
  /** Whom push services can write to about this relay. */
  readonly contact: string;
}

export interface ClientParts {
  readonly store: LogStore;
  readonly key: RelayKey;
  /** The access secrets; absent at an open relay. */
  readonly access?: readonly Uint8Array[] | undefined;
  readonly limits: SocketLimits;
  readonly tally: Tally;
  /** Milliseconds between two deliveries of what is new. */
  readonly tickMs?: number | undefined;
  /** Absent where the relay wakes nobody. */
  readonly push?: PushParts | undefined;
  /** The day up to which the store had been used; absent where it never was. */
  readonly lastDay?: number | undefined;
  /** What the process takes of the memory; absent where the system is asked. */
  readonly readMemory?: (() => number) | undefined;
}

export function serveClients(parts: ClientParts): ServedClients {
  const { store, limits, tally } = parts;
  const tell = (event: RelayEvent): void => tellLoop(loop, event);
  const listener = {
    opened: (conn: number) => tell({ t: "connected", conn }),
    received: (conn: number, bytes: Uint8Array) =>
      tell({ t: "frame", conn, bytes }),
    helloDue: (conn: number) => tell({ t: "hello-due", conn }),
    drained: (conn: number) => tell({ t: "drained", conn }),
    ended: (conn: number) => tell({ t: "closed", conn }),
  };
  const sockets = createSocketServer(limits, listener, tally);
  const waker =
    parts.push && createWaker({ tell, wakeUp: createWakeUp(parts.push) });
  const clock = startDayClock((day) => tell({ t: "tick", day }), parts.lastDay);
  const outlet: Outlet = {
    send: (to, frame) => sendFrame(sockets, to, frame),
    close: (conn, code) => closeSocket(sockets, conn, code),
    drain: (conn) => drainSocket(sockets, conn),
    charge: (conn) => chargeSocket(sockets, conn),
    wake: (endpoints) => waker?.wake(endpoints),
  };
  const loop = createRelayLoop(
    { env: envOf(parts), store, outlet, tally, tickMs: parts.tickMs },
    clock.first,
  );
  tell({ t: "tick", day: clock.first });
  const stopMemory = watchMemory(
    limits,
    {
      fill: (isFull) => fillSockets(sockets, isFull),
      shed: (bytes) => shedSockets(sockets, bytes),
    },
    parts.readMemory,
  );
  return {
    sockets,
    loop,
    stop: async () => {
      clock.stop();
      waker?.stop();
      stopMemory();
      stopHearing(sockets);
      await settleLoop(loop);
      await stopSockets(sockets);
      await settleLoop(loop);
    },
  };
}

function envOf({ key, access: secrets, push }: ClientParts): RelayEnv {
  return {
    relayPub: key.publicKey,
    sign: (message) => key.sign(message),
    verify: verifyEd25519,
    sha256,
    random: (length) => new Uint8Array(randomBytes(length)),
    quotas: RELAY_QUOTAS,
    ...(push && { push: { key: push.key.publicKey, hosts: PUSH_HOSTS } }),
    ...(secrets === undefined ? {} : { access: { secrets, mac: hmacSha256 } }),
  };
}

function hmacSha256(secret: Uint8Array, message: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac("sha256", secret).update(message).digest());
}
