// What the relay answers to a request: a pure decision over the request's head and the files in
// memory (docs/spec/http.md). It never touches a disk: a path is a key of a map and nothing else,
// so there is no traversal to defend against. It never echoes what the request said.

import { encodeUtf8 } from "@halqa/bytes";
import { chooseEncoding, type Encoding } from "./encoding.ts";
import {
  isLoopbackHost,
  securityHeaders,
  type HeaderList,
} from "./security-headers.ts";

export interface RequestHead {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly host?: string | undefined;
  readonly acceptEncoding?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly contentLength?: string | undefined;
  readonly transferEncoding?: string | undefined;
}

export interface Representation {
  readonly bytes: Uint8Array;
  /** Quoted, and different for each encoding of a file. */
  readonly etag: string;
}

export interface StaticFile {
  readonly contentType: string;
  readonly identity: Representation;
  readonly br?: Representation;
  readonly gzip?: Representation;
}

/** The files of the app by URL path, `/index.html` among them. */
export type StaticFiles = ReadonlyMap<string, StaticFile>;

type SentenceStatus = 200 | 400 | 403 | 404 | 405 | 408 | 431 | 503;

type AnswerStatus = SentenceStatus | 304;

export interface Answer {
  readonly status: AnswerStatus;
  readonly headers: HeaderList;
  /** Absent where only the head is sent. */
  readonly body?: Uint8Array;
  /** Whether the connection ends after this answer. */
  readonly closes: boolean;
}

const SENTENCE: Record<SentenceStatus, Uint8Array> = {
  200: encodeUtf8("ok"),
  400: encodeUtf8("bad request"),
  403: encodeUtf8("not from this page"),
  404: encodeUtf8("not found"),
  405: encodeUtf8("method not allowed"),
  408: encodeUtf8("too slow"),
  431: encodeUtf8("headers too large"),
  503: encodeUtf8("no room"),
};

const NOT_READY = encodeUtf8("not ready");

/** What is answered with: the files of the app, and whether the relay is fit for work (HT-19). */
export interface Site {
  readonly files: StaticFiles;
  readonly isReady: () => boolean;
}

/** Decides the whole answer to one request; total over whatever a client sends. */
export function answerRequest(head: RequestHead, site: Site): Answer {
  if (head.method !== "GET" && head.method !== "HEAD") {
    return refuse(405, head.host);
  }
  if (isMalformed(head)) return refuse(400, head.host);
  return forMethod(head, answerPath(head, site));
}

/**
 * Decides the whole answer to one request at the port that tells the figures: they are at `/metrics` and nothing else is
 * anywhere. A page whose name was bent to this machine's address asks under that name, and is refused.
 */
export function answerFigures(head: RequestHead, figures: string): Answer {
  if (head.method !== "GET" && head.method !== "HEAD") {
    return refuse(405, head.host);
  }
  if (isMalformed(head) || !isLoopbackHost(head.host)) {
    return refuse(400, head.host);
  }
  return forMethod(
    head,
    head.target === "/metrics"
      ? plain(200, head.host, encodeUtf8(figures))
      : plain(404, head.host),
  );
}

/** Whether a request wants to become a connection of a client: at the one path, and nowhere else (HT-18). */
export function asksForSocket(
  head: Pick<RequestHead, "method" | "target"> & {
    readonly upgrade?: string | undefined;
  },
): boolean {
  return (
    head.method === "GET" &&
    head.target === "/" &&
    head.upgrade?.toLowerCase() === "websocket"
  );
}

/**
 * Whether a request for a connection comes from a page that may not open one. Browsers alone say which page asks, and say
 * it truly; a program that is none says nothing, or what it likes.
 */
export function isForeignOrigin(
  origin: string | undefined,
  allowed: readonly string[] | undefined,
): boolean {
  return (
    allowed !== undefined && origin !== undefined && !allowed.includes(origin)
  );
}

/** A refusal that ends the connection; also the answer to bytes that are no request at all. */
export function refuse(
  status: Exclude<SentenceStatus, 200 | 404>,
  host: string | undefined,
): Answer {
  const { headers, ...rest } = plain(status, host);
  const allow: HeaderList = status === 405 ? [["allow", "GET, HEAD"]] : [];
  return { ...rest, headers: [...headers, ...allow], closes: true };
}

function forMethod({ method }: RequestHead, answer: Answer): Answer {
  if (method === "GET") return answer;
  const { body: _, ...withoutBody } = answer;
  return withoutBody;
}

// A body has no place here, and reading one to throw it away is work for whoever asks. RFC 9112,
// 3.2: HTTP/1.1 without Host is refused.
function isMalformed(head: RequestHead): boolean {
  return (
    head.transferEncoding !== undefined ||
    (head.contentLength !== undefined && head.contentLength !== "0") ||
    (head.host === undefined && head.version !== "1.0")
  );
}

function answerPath(head: RequestHead, site: Site): Answer {
  const path = pathOf(head.target);
  if (path === "/healthz") return plain(200, head.host);
  if (path === "/readyz") return answerReady(site, head.host);
  const file = site.files.get(path);
  return file === undefined ? plain(404, head.host) : serve(path, file, head);
}

function answerReady(site: Site, host: string | undefined): Answer {
  return site.isReady() ? plain(200, host) : plain(503, host, NOT_READY);
}

/** The key under which a request's file would be: no decoding, no normalising, so each file has one name. */
function pathOf(target: string): string {
  const [path = ""] = target.split("?", 1);
  return path === "/" ? "/index.html" : path;
}

function serve(path: string, file: StaticFile, head: RequestHead): Answer {
  const encoding = chooseEncoding(
    head.acceptEncoding,
    (wanted) => file[wanted] !== undefined,
  );
  const { bytes, etag } = file[encoding] ?? file.identity;
  const headers: HeaderList = [
    ...securityHeaders(head.host),
    ["cache-control", cachePolicyOf(path)],
    ["vary", "accept-encoding"],
    ["etag", etag],
  ];
  if (matchesEtag(head.ifNoneMatch, etag)) {
    return { status: 304, headers, closes: false };
  }
  return {
    status: 200,
    headers: [...headers, ...contentHeaders(file, encoding, bytes.length)],
    body: bytes,
    closes: false,
  };
}

function contentHeaders(
  file: StaticFile,
  encoding: Encoding,
  length: number,
): HeaderList {
  const common: HeaderList = [
    ["content-type", file.contentType],
    ["content-length", String(length)],
  ];
  return encoding === "identity"
    ? common
    : [...common, ["content-encoding", encoding]];
}

/** Names under /assets/ carry a hash of their content and never change; everything else is asked for again. */
function cachePolicyOf(path: string): string {
  return path.startsWith("/assets/")
    ? "public, max-age=31536000, immutable"
    : "no-cache";
}

function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  return (ifNoneMatch ?? "")
    .split(",")
    .some((item) => item.trim().replace(/^W\//, "") === etag);
}

function plain(
  status: SentenceStatus,
  host: string | undefined,
  body = SENTENCE[status],
): Answer {
  return {
    status,
    headers: [
      ...securityHeaders(host),
      ["content-type", "text/plain; charset=utf-8"],
      ["content-length", String(body.length)],
      ["cache-control", "no-store"],
    ],
    body,
    closes: false,
  };
}
