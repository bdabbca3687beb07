// Who is let in (docs/spec/http.md, HT-18, HT-28; docs/spec/relay-node.md, RN-7, RN-21, RN-60, RN-64): decided before
// anything of the connection is read, and counted by reason.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { isForeignOrigin } from "../core/index.ts";
import { openSocket, type SocketServer } from "./socket-server.ts";
import { count } from "./tally.ts";

type RefusalReason =
  "draining" | "full" | "memory" | "silent" | "address" | "origin" | "broken";

/**
 * Takes over the connection of a request for an upgrade, or calls `refuse`: no room, a page that may not, or nothing of
 * RFC 6455.
 */
export function acceptSocket(
  server: SocketServer,
  request: { head: IncomingMessage; socket: Duplex; first: Buffer },
  refuse: (status: 400 | 403 | 503) => void,
): void {
  const { head, socket, first } = request;
  const refuseFor = (reason: RefusalReason, status: 400 | 403 | 503): void => {
    count(server.tally, "halqa_connections_refused_total", { label: reason });
    refuse(status);
  };
  if (isForeignOrigin(head.headers.origin, server.limits.origins)) {
    return refuseFor("origin", 403);
  }
  const taken = reasonForNoRoom(server);
  if (taken !== undefined) return refuseFor(taken, 503);
  const leave = server.addresses.enter(head);
  if (leave === undefined) return refuseFor("address", 503);
  // It comes once, and `once` would cost each connection three objects.
  socket.on("close", leave);
  const refuseBroken = (): void => refuseFor("broken", 400);
  server.acceptor.once("wsClientError", refuseBroken);
  server.acceptor.handleUpgrade(head, socket, first, (ws) => {
    openSocket(server, ws, socket);
  });
  server.acceptor.off("wsClientError", refuseBroken);
}

function reasonForNoRoom(server: SocketServer): RefusalReason | undefined {
  const { limits } = server;
  if (server.isDeaf) return "draining";
  if (server.isFull) return "memory";
  if (server.byId.size >= limits.connections) return "full";
  return server.silent >= limits.silentConnections ? "silent" : undefined;
}
