// Which kinds of file the relay serves at all (docs/spec/http.md, HT-4). An allow list: a file
// whose ending is not here is not served, so that nothing left in the app's folder gets out.

interface FileKind {
  readonly contentType: string;
  /** Text shrinks; pictures and fonts are compressed already. */
  readonly isCompressible: boolean;
}

const KIND_BY_EXTENSION: ReadonlyMap<string, FileKind> = new Map([
  ["html", text("text/html; charset=utf-8")],
  ["js", text("text/javascript; charset=utf-8")],
  ["css", text("text/css; charset=utf-8")],
  ["json", text("application/json")],
  ["webmanifest", text("application/manifest+json")],
  ["svg", text("image/svg+xml")],
  ["txt", text("text/plain; charset=utf-8")],
  ["wasm", text("application/wasm")],
  ["png", binary("image/png")],
  ["webp", binary("image/webp")],
  ["woff2", binary("font/woff2")],
]);

function text(contentType: string): FileKind {
  return { contentType, isCompressible: true };
}

function binary(contentType: string): FileKind {
  return { contentType, isCompressible: false };
}

/** The kind of a file by its ending, or undefined where it is not to be served. */
export function fileKindOf(path: string): FileKind | undefined {
  const dot = path.lastIndexOf(".");
  if (dot <= path.lastIndexOf("/")) return undefined;
  return KIND_BY_EXTENSION.get(path.slice(dot + 1));
}
