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
  answerRequest,
  refuse,
  type Answer,
  type HttpLimits,
  type RequestHead,
  type StaticFiles,
} from "../core/index.ts";

/** A server that answers from `files`, not yet listening. */
export function createHttpServer(
  files: StaticFiles,
  limits: HttpLimits,
): Server {
  const countByConnection = new WeakMap<Socket, number>();
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const count = (countByConnection.get(request.socket) ?? 0) + 1;
    countByConnection.set(request.socket, count);
    // Counted here: Node's own limit answers the request after the last one, without our headers.
    if (count >= limits.requestsPerConnection) response.shouldKeepAlive = false;
    endAfter(limits.answerMs, request.socket, response);
    send(response, answerRequest(headOf(request), files));
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
    },
    answer,
  );
  server.maxHeadersCount = limits.headerCount;
  server.maxConnections = limits.connections;
  server.timeout = limits.idleMs;
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
