// WebSockets as the engine's port: binary frames, nothing thrown, `onClose` once and last.

import type { Connect } from "@halqa/engine";

/** Opens a connection to a relay. An address that the browser or the policy refuses closes at once. */
export const connectSocket: Connect = (url, handlers) => {
  let isClosed = false;
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    handlers.onClose();
  };
  const socket = open(url);
  if (socket === undefined) {
    // Not now: the caller does not have its socket yet.
    setTimeout(close);
    return { send: () => undefined, close };
  }
  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", () => {
    if (!isClosed) handlers.onOpen();
  });
  socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    // Text is nothing that a relay of ours sends.
    if (!(data instanceof ArrayBuffer)) socket.close();
    else if (!isClosed) handlers.onFrame(new Uint8Array(data));
  });
  socket.addEventListener("close", close);
  return {
    send: (frame) => {
      if (socket.readyState === WebSocket.OPEN) {
        socket.send(Uint8Array.from(frame));
      }
    },
    close: () => socket.close(),
  };
};

function open(url: string): WebSocket | undefined {
  try {
    return new WebSocket(url);
  } catch {
    // No address at all, or one that the browser refuses outright.
    return undefined;
  }
}
