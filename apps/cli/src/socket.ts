// The engine's connections, on `ws`. Never compresses, never follows a redirect, never takes a text frame.

import { WebSocket } from "ws";
import type { Connect } from "@halqa/engine";

// The largest frame of the protocol (docs/spec/relay.md); anything longer is not one.
const MAX_FRAME = 65_536;
const HANDSHAKE_MS = 15_000;

/** Connects to a relay; a bad address closes at once. */
export const connectWebSocket: Connect = (url, handlers) => {
  const socket = open(url);
  if (socket === undefined) {
    queueMicrotask(handlers.onClose);
    return { send: () => undefined, close: () => undefined };
  }
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    socket.terminate();
    handlers.onClose();
  };
  socket.on("open", () => {
    if (!closed) handlers.onOpen();
  });
  socket.on("message", (data, isBinary) => {
    if (closed) return;
    if (isBinary && data instanceof Uint8Array) {
      handlers.onFrame(new Uint8Array(data));
    } else close();
  });
  // `close` follows every error.
  socket.on("error", () => undefined);
  socket.on("close", close);
  return {
    send: (frame) => {
      if (!closed) socket.send(frame);
    },
    close,
  };
};

function open(url: string): WebSocket | undefined {
  try {
    return new WebSocket(url, {
      perMessageDeflate: false,
      maxPayload: MAX_FRAME,
      handshakeTimeout: HANDSHAKE_MS,
      followRedirects: false,
    });
  } catch {
    // Not a WebSocket address.
    return undefined;
  }
}
