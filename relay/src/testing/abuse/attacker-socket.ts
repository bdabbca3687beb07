// A connection of an attacker: sends what it likes from whatever address of this machine, and keeps nothing of what comes.

import { connect, type Socket } from "node:net";
import { upgradeRequest } from "../raw-socket.ts";

export interface Attacker {
  readonly socket: Socket;
  /** Resolves when the relay has ended it, or could not be reached. */
  readonly ended: Promise<void>;
  /** Bytes that came. */
  readonly heard: () => number;
}

export interface Target {
  readonly port: number;
  /** Everything in 127.0.0.0/8 is this machine; the relay counts connections for each address. */
  readonly from: string;
}

/** The address of the n-th attacker, of which each has so many connections. */
export function addressOf(n: number, each = 128): string {
  const host = Math.floor(n / each);
  return `127.66.${1 + (host >> 8)}.${host & 255}`;
}

export function openAttacker({ port, from }: Target): Attacker {
  const socket = connect({ port, host: "127.0.0.1", localAddress: from });
  socket.setNoDelay(true);
  let heard = 0;
  socket.on("data", (bytes: Buffer) => {
    heard += bytes.length;
  });
  // Cut in the middle of a write: that it ended is all there is to know.
  socket.on("error", () => undefined);
  const ended = new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
  });
  return { socket, ended, heard: () => heard };
}

/** One that asks for a WebSocket at once; what it is answered is its own affair. */
export function openAttackerSocket(target: Target): Attacker {
  const attacker = openAttacker(target);
  attacker.socket.write(upgradeRequest());
  return attacker;
}

/** Resolves when something has come, or the connection has ended. */
export function isHeard({ socket, ended }: Attacker): Promise<void> {
  const heard = new Promise<void>((resolve) => {
    socket.once("data", () => resolve());
  });
  return Promise.race([heard, ended]);
}
