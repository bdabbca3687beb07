// Reads the built app once, at start, into memory (docs/spec/http.md, HT-3 to HT-7). Afterwards no
// request reaches the file system at all.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, type Dirent } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { err, ok, type Result } from "@halqa/bytes";
import {
  APP_LIMITS,
  fileKindOf,
  type Representation,
  type StaticFile,
  type StaticFiles,
} from "../core/index.ts";
import { compressBrotli, compressGzip } from "./compress.ts";

export type AppFault =
  | { readonly kind: "app-missing"; readonly folder: string }
  | { readonly kind: "app-too-large"; readonly folder: string };

// One spelling per file: no dot files, nothing that a URL would have to escape.
const SERVED_PATH = /^(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)+$/;

/** All files of the built app that may be served, by URL path. */
export function loadAppFiles(folder: string): Result<StaticFiles, AppFault> {
  const paths = servedPaths(folder);
  if (!paths.includes("/index.html")) {
    return err({ kind: "app-missing", folder });
  }
  const sizes = paths.map((path) => statSync(join(folder, path)).size);
  if (
    paths.length > APP_LIMITS.files ||
    sizes.some((size) => size > APP_LIMITS.fileBytes) ||
    sizes.reduce((sum, size) => sum + size, 0) > APP_LIMITS.totalBytes
  ) {
    return err({ kind: "app-too-large", folder });
  }
  const files = new Map<string, StaticFile>();
  for (const path of paths) files.set(path, loadFile(folder, path));
  return ok(files);
}

function servedPaths(folder: string, within = ""): readonly string[] {
  return entriesOf(join(folder, within)).flatMap((entry) => {
    const path = `${within}/${entry.name}`;
    if (!SERVED_PATH.test(path)) return [];
    // Walked by hand: Node's own recursive walk follows links, which can lead out of the folder.
    if (entry.isDirectory()) return servedPaths(folder, path);
    return entry.isFile() && fileKindOf(path) !== undefined ? [path] : [];
  });
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // No such folder, or not a readable one: nothing of it is served.
    return [];
  }
}

function loadFile(folder: string, path: string): StaticFile {
  const file = join(folder, path);
  const bytes = readFileSync(file);
  const kind = fileKindOf(path);
  const hash = createHash("sha256").update(bytes).digest("base64url");
  const form = (name: string, content: Uint8Array): Representation => ({
    bytes: content,
    etag: `"${hash.slice(0, 22)}-${name}"`,
  });
  const plain = {
    contentType: kind?.contentType ?? "application/octet-stream",
    identity: form("id", bytes),
  };
  if (kind?.isCompressible !== true) return plain;
  return {
    ...plain,
    br: form("br", builtForm(`${file}.br`, bytes) ?? compressBrotli(bytes)),
    gzip: form("gz", builtForm(`${file}.gz`, bytes) ?? compressGzip(bytes)),
  };
}

/** The compressed file that the build left beside the plain one, if it says the same as that. */
function builtForm(file: string, plain: Uint8Array): Uint8Array | undefined {
  const unpack = file.endsWith(".br") ? brotliDecompressSync : gunzipSync;
  try {
    const packed = readFileSync(file);
    // One byte more than needed: a longer text is different, and a bomb must not unfold.
    const text = unpack(packed, { maxOutputLength: plain.length + 1 });
    return text.equals(plain) ? packed : undefined;
  } catch {
    // Absent, damaged or of another build: the plain file counts and is compressed anew.
    return undefined;
  }
}
