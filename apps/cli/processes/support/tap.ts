// Stands between clients and a relay, passes everything on, and keeps a copy: what an eavesdropper beyond TLS sees.

import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { WebSocket, WebSocketServer } from "ws";

export interface TappedFrame {
  readonly from: "client" | "relay";
  readonly bytes: Uint8Array;
}

export interface Tap {
  readonly address: string;
  readonly frames: readonly TappedFrame[];
  readonly close: () => Promise<void>;
}

/** Opens a tap in front of the relay at `target()`, which may move to another port while the tap is open. */
export async function openTap(target: () => number): Promise<Tap> {
  const frames: TappedFrame[] = [];
  const server = createServer((request, response) => {
    void passOn(`http://127.0.0.1:${target()}${request.url ?? "/"}`, response);
  });
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on("connection", (client) => {
    const relay = new WebSocket(`ws://127.0.0.1:${target()}/`, {
      perMessageDeflate: false,
    });
    pass({ from: "client", source: client, drain: relay, frames });
    pass({ from: "relay", source: relay, drain: client, frames });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  return {
    address: `http://127.0.0.1:${bound.port}`,
    frames,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function passOn(url: string, response: ServerResponse): Promise<void> {
  try {
    const answer = await fetch(url);
    response.statusCode = answer.status;
    response.end(Buffer.from(await answer.arrayBuffer()));
  } catch {
    // The relay is down: so is the tap.
    response.destroy();
  }
}

function pass(input: {
  readonly from: TappedFrame["from"];
  readonly source: WebSocket;
  readonly drain: WebSocket;
  readonly frames: TappedFrame[];
}): void {
  const { from, source, drain, frames } = input;
  const early: Uint8Array[] = [];
  drain.on("open", () => {
    for (const bytes of early.splice(0)) drain.send(bytes);
  });
  source.on("message", (data) => {
    if (!(data instanceof Uint8Array)) return;
    const bytes = new Uint8Array(data);
    frames.push({ from, bytes });
    if (drain.readyState === WebSocket.CONNECTING) early.push(bytes);
    else if (drain.readyState === WebSocket.OPEN) drain.send(bytes);
  });
  source.on("close", () => drain.terminate());
  source.on("error", () => drain.terminate());
}
