// What turns a request into a WebSocket, and reads it (docs/spec/http.md, HT-18; docs/spec/relay-node.md, RN-3).

import { WebSocketServer } from "ws";
import { securityHeaders, type SocketLimits } from "../core/index.ts";

/** Takes over connections one by one, without subprotocols and extensions, under the security headers. */
export function createAcceptor(limits: SocketLimits): WebSocketServer {
  // In a variable: the published types do not know all of these yet.
  const options = {
    noServer: true,
    clientTracking: false,
    // Compressed sizes tell about contents, and a small message may unfold to a large one.
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
    maxFragments: limits.fragments,
    maxBufferedChunks: limits.chunks,
    maxPendingAutoPongs: limits.pongs,
    closeTimeout: limits.goodbyeMs,
    // No answer repeats what the request said.
    handleProtocols: () => false as const,
  };
  const acceptor = new WebSocketServer(options);
  acceptor.on("headers", (lines, request) => {
    for (const [name, value] of securityHeaders(request.headers.host)) {
      lines.push(`${name}: ${value}`);
    }
  });
  return acceptor;
}
