// What the relay answers to a request: a pure decision over the request's head and the files in
// memory (docs/spec/http.md). It never touches a disk: a path is a key of a map and nothing else,
// so there is no traversal to defend against. It never echoes what the request said.

import { encodeUtf8 } from "@halqa/bytes";
import { chooseEncoding, type Encoding } from "./encoding.ts";
import { securityHeaders, type HeaderList } from "./security-headers.ts";

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

type AnswerStatus = 200 | 304 | 400 | 404 | 405 | 408 | 431;

export interface Answer {
  readonly status: AnswerStatus;
  readonly headers: HeaderList;
  /** Absent where only the head is sent. */
  readonly body?: Uint8Array;
  /** Whether the connection ends after this answer. */
  readonly closes: boolean;
}

const SENTENCE: Record<200 | 400 | 404 | 405 | 408 | 431, Uint8Array> = {
  200: encodeUtf8("ok"),
  400: encodeUtf8("bad request"),
  404: encodeUtf8("not found"),
  405: encodeUtf8("method not allowed"),
  408: encodeUtf8("too slow"),
  431: encodeUtf8("headers too large"),
};

/** Decides the whole answer to one request; total over whatever a client sends. */
export function answerRequest(head: RequestHead, files: StaticFiles): Answer {
  if (head.method !== "GET" && head.method !== "HEAD") {
    return refuse(405, head.host);
  }
  if (isMalformed(head)) return refuse(400, head.host);
  const answer = answerPath(head, files);
  if (head.method === "GET") return answer;
  const { body: _, ...withoutBody } = answer;
  return withoutBody;
}

/** A refusal that ends the connection; also the answer to bytes that are no request at all. */
export function refuse(
  status: 400 | 405 | 408 | 431,
  host: string | undefined,
): Answer {
  const { headers, ...rest } = plain(status, host);
  const allow: HeaderList = status === 405 ? [["allow", "GET, HEAD"]] : [];
  return { ...rest, headers: [...headers, ...allow], closes: true };
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

function answerPath(head: RequestHead, files: StaticFiles): Answer {
  const path = pathOf(head.target);
  if (path === "/healthz") return plain(200, head.host);
  const file = files.get(path);
  return file === undefined ? plain(404, head.host) : serve(path, file, head);
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
  status: 200 | 400 | 404 | 405 | 408 | 431,
  host: string | undefined,
): Answer {
  const body = SENTENCE[status];
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
