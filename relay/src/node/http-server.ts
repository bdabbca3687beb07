// The HTTP shell: turns requests into heads, answers into bytes, and cuts whoever is too slow, too
// large or too many (docs/spec/http.md, HT-9 to HT-12). It keeps and writes nothing about a client:
// no address, no path, no time.

import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import {
  asksForSocket,
  refuse,
  type Answer,
  type HttpLimits,
  type RequestHead,
} from "../core/index.ts";
import { acceptSocket } from "./socket-admission.ts";
import type { SocketServer } from "./socket-server.ts";

export interface HttpParts {
  readonly answer: (head: RequestHead) => Answer;
  /** Where connections of clients go; absent where none are taken. */
  readonly sockets?: SocketServer;
  readonly limits: HttpLimits;
}

/** A server that answers requests and hands connections of clients to `sockets`; not yet listening. */
export function createHttpServer({
  answer: decide,
  sockets,
  limits,
}: HttpParts): Server {
  const countByConnection = new WeakMap<Socket, number>();
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const count = (countByConnection.get(request.socket) ?? 0) + 1;
    countByConnection.set(request.socket, count);
    // Counted here: Node's own limit answers the request after the last one, without our headers.
    if (count >= limits.requestsPerConnection) response.shouldKeepAlive = false;
    endAfter(limits.answerMs, request.socket, response);
    send(response, decide(headOf(request)));
  };
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: limits.sweepMs,
      // Answered by core instead, so that this refusal carries the security headers as well.
      requireHostHeader: false,
      // Whatever else asks for an upgrade is answered as if it had not.
      shouldUpgradeCallback: (request) =>
        sockets !== undefined &&
        asksForSocket({
          method: request.method ?? "",
          target: request.url ?? "",
          upgrade: request.headers.upgrade,
        }),
    },
    answer,
  );
  server.maxHeadersCount = limits.headerCount;
  server.timeout = limits.idleMs;
  limitConnections(server, limits.connections);
  server.on("upgrade", (request, socket, first) => {
    if (sockets === undefined) socket.destroy();
    else upgrade(sockets, { head: request, socket, first });
  });
  // Without these four, Node answers by itself and without our headers.
  server.on("checkContinue", answer);
  server.on("checkExpectation", answer);
  server.on("connect", (_request, socket) => {
    end(socket, refuse(405, undefined));
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    end(socket, refuse(statusOf(error), undefined));
  });
  return server;
}

// Counted here and not by Node: a connection that became a client's has a limit of its own, so that
// neither kind can take the places of the other. Where all places are taken, somebody who says nothing gives way:
// otherwise a thousand slow requests, begun again and again, would keep everybody new out.
function limitConnections(server: Server, most: number): void {
  const open = new Set<Duplex>();
  /** Of these, those whose request has not come, in the order in which they began to wait for it. */
  const waiting = new Set<Duplex>();
  const remove = (socket: Duplex): void => {
    open.delete(socket);
    waiting.delete(socket);
  };
  // One for all: it stays with those that became clients' connections.
  function leave(this: Duplex): void {
    remove(this);
  }
  server.on("connection", (socket) => {
    const [longest] = waiting;
    if (open.size >= most) {
      if (longest === undefined) {
        socket.destroy();
        return;
      }
      remove(longest);
      longest.destroy();
    }
    open.add(socket);
    waiting.add(socket);
    socket.on("close", leave);
  });
  server.on("request", ({ socket }, response) => {
    waiting.delete(socket);
    response.once("close", () => {
      if (open.has(socket)) waiting.add(socket);
    });
  });
  server.on("upgrade", (_request, socket) => remove(socket));
}

function upgrade(
  sockets: SocketServer,
  request: { head: IncomingMessage; socket: Duplex; first: Buffer },
): void {
  const { host } = request.head.headers;
  const refuseWith = (status: 400 | 403 | 503): void => {
    end(request.socket, refuse(status, host));
  };
  if (host === undefined) refuseWith(400);
  else acceptSocket(sockets, request, refuseWith);
}

// The idle limit alone would let a reader of one byte a second hold a connection for days.
function endAfter(ms: number, socket: Socket, response: ServerResponse): void {
  const deadline = setTimeout(() => socket.destroy(), ms);
  response.once("close", () => clearTimeout(deadline));
}

function headOf(request: IncomingMessage): RequestHead {
  return {
    method: request.method ?? "",
    target: request.url ?? "",
    version: request.httpVersion,
    host: request.headers.host,
    acceptEncoding: request.headers["accept-encoding"]?.toString(),
    ifNoneMatch: request.headers["if-none-match"],
    contentLength: request.headers["content-length"],
    transferEncoding: request.headers["transfer-encoding"],
  };
}

function send(response: ServerResponse, answer: Answer): void {
  if (answer.closes) response.shouldKeepAlive = false;
  response.writeHead(answer.status, answer.headers.flat());
  response.end(answer.body);
}

function statusOf(error: NodeJS.ErrnoException): 400 | 408 | 431 {
  if (error.code === "HPE_HEADER_OVERFLOW") return 431;
  return error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
}

/** Answers on the bare connection, for what Node's parser never turned into a request, and ends it. */
function end(socket: Duplex, answer: Answer): void {
  // After CONNECT or an upgrade Node listens no longer, and an error that nobody hears ends the process:
  // one connection that is reset while it is answered would take all others with it.
  socket.on("error", () => socket.destroy());
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const lines = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}`,
    ...answer.headers.map(([name, value]) => `${name}: ${value}`),
    "connection: close",
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  socket.end(answer.body);
  // The other side may go on sending for ever: nothing more is read, and nothing is waited for.
  socket.once("finish", () => socket.destroy());
}
