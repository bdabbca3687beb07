// A client for tests that sends any bytes whatever, as no HTTP library would.

import { connect, type Socket } from "node:net";

export interface RawConnection {
  send(bytes: string | Uint8Array): void;
  /** All that came, once the other side has ended the connection. */
  readonly ended: Promise<string>;
  /** Resolves as soon as what came contains `text`. */
  received(text: string): Promise<void>;
  /** Stops reading what comes. */
  pause(): void;
  close(): void;
}

/** Opens a connection to a relay on this machine. */
export function openRaw(port: number): RawConnection {
  const socket: Socket = connect(port, "127.0.0.1");
  let text = "";
  const waiting = new Map<string, () => void>();
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => {
    text += chunk;
    for (const [wanted, resolve] of waiting) {
      if (text.includes(wanted)) resolve();
    }
  });
  // A connection cut while we write shows as an error here; that it ended is what tests ask.
  socket.on("error", () => undefined);
  return {
    send: (bytes) => {
      socket.write(bytes);
    },
    ended: new Promise((resolve) => {
      socket.once("close", () => resolve(text));
    }),
    received: (wanted) =>
      new Promise((resolve) => {
        if (text.includes(wanted)) resolve();
        else waiting.set(wanted, resolve);
      }),
    pause: () => {
      socket.pause();
    },
    close: () => {
      socket.destroy();
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
