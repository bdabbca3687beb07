// A client for tests that sends any bytes whatever, as no HTTP library would.

import { connect, type Socket } from "node:net";

export interface RawConnection {
  readonly connected: Promise<void>;
  send(bytes: string | Uint8Array): void;
  /** All that came, once the other side has ended the connection. */
  readonly ended: Promise<string>;
  /** Resolves with all that came as soon as it contains `text`. */
  received(text: string): Promise<string>;
  /** Stops reading what comes. */
  pause(): void;
  close(): void;
  /** Breaks off as a crash does: what is under way is lost on both sides. */
  reset(): void;
}

/** Opens a connection to a relay on this machine. */
export function openRaw(port: number): RawConnection {
  const socket: Socket = connect(port, "127.0.0.1");
  let text = "";
  const waiting = new Map<string, (all: string) => void>();
  socket.setEncoding("latin1");
  // What is sent by itself arrives by itself.
  socket.setNoDelay(true);
  socket.on("data", (chunk: string) => {
    text += chunk;
    for (const [wanted, resolve] of waiting) {
      if (text.includes(wanted)) resolve(text);
    }
  });
  // A connection cut while we write shows as an error here; that it ended is what tests ask.
  socket.on("error", () => undefined);
  return {
    connected: new Promise((resolve) => {
      socket.once("connect", () => resolve());
    }),
    send: (bytes) => {
      socket.write(bytes);
    },
    ended: new Promise((resolve) => {
      socket.once("close", () => resolve(text));
    }),
    received: (wanted) =>
      new Promise((resolve) => {
        if (text.includes(wanted)) resolve(text);
        else waiting.set(wanted, resolve);
      }),
    pause: () => {
      socket.pause();
    },
    close: () => {
      socket.destroy();
    },
    reset: () => {
      socket.resetAndDestroy();
    },
  };
}

/** Sends bytes, waits until the relay ends the connection, and returns all that it sent. */
export async function exchangeRaw(
  port: number,
  bytes: string | Uint8Array,
): Promise<string> {
  const connection = openRaw(port);
  connection.send(bytes);
  return connection.ended;
}
