import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  brotliCompressSync,
  brotliDecompressSync,
  gunzipSync,
  gzipSync,
} from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StaticFiles } from "../core/index.ts";
import { loadAppFiles } from "./app-files.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "halqa-app-"));
  put("index.html", "<p>page</p>");
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function load(): StaticFiles {
  const loaded = loadAppFiles(folder);
  return loaded.ok ? loaded.value : new Map();
}

describe("loadAppFiles", () => {
  it("[HT-3] keeps serving what was there at start", () => {
    put("assets/a-1.js", "one");
    const files = load();
    put("assets/a-1.js", "two");
    rmSync(join(folder, "index.html"));
    expect([...files.keys()].toSorted()).toEqual([
      "/assets/a-1.js",
      "/index.html",
    ]);
    expect(files.get("/assets/a-1.js")?.identity.bytes).toEqual(
      Buffer.from("one"),
    );
  });

  it("[HT-4] leaves out dot files, links, names to escape and kinds not listed", () => {
    put(".env.json", "secret");
    put(".git/config.txt", "secret");
    put("assets/a.js.map", "map");
    put("notes.md", "notes");
    put("no-ending", "x");
    put("a b.txt", "x");
    put("a%2fb.txt", "x");
    put("ع.txt", "x");
    const outside = mkdtempSync(join(tmpdir(), "halqa-outside-"));
    writeFileSync(join(outside, "secret.txt"), "secret");
    symlinkSync(join(outside, "secret.txt"), join(folder, "link.txt"));
    symlinkSync(outside, join(folder, "linked"));
    const paths = [...load().keys()];
    rmSync(outside, { recursive: true });
    expect(paths).toEqual(["/index.html"]);
  });

  it("[HT-6] gives each encoding of each content its own tag", () => {
    put("a.txt", "one");
    put("b.txt", "two");
    const tags = [...load().values()].flatMap((file) => [
      file.identity.etag,
      file.br?.etag,
      file.gzip?.etag,
    ]);
    expect(new Set(tags).size).toBe(9);
  });

  it("[HT-7] compresses text at start and leaves pictures as they are", () => {
    put("icon.png", "png");
    const page = load().get("/index.html");
    expect(String(brotliDecompressSync(page?.br?.bytes ?? ""))).toBe(
      "<p>page</p>",
    );
    expect(String(gunzipSync(page?.gzip?.bytes ?? ""))).toBe("<p>page</p>");
    expect(load().get("/icon.png")?.br).toBeUndefined();
  });

  it("[HT-7] uses the compressed files of the build where they say the same", () => {
    const br = brotliCompressSync("<p>page</p>");
    const gz = gzipSync("<p>page</p>", { level: 1 });
    put("index.html.br", br);
    put("index.html.gz", gz);
    const page = load().get("/index.html");
    expect(page?.br?.bytes).toEqual(br);
    expect(page?.gzip?.bytes).toEqual(gz);
    expect(load().has("/index.html.br")).toBe(false);
  });

  it.each([
    ["of another build", brotliCompressSync("<p>old</p>")],
    ["that unfolds to far more", brotliCompressSync(Buffer.alloc(5_000_000))],
    ["that is damaged", Buffer.from("garbage")],
  ])("[HT-7] passes over a compressed file %s", (_, sibling) => {
    put("index.html.br", sibling);
    const page = load().get("/index.html");
    expect(String(brotliDecompressSync(page?.br?.bytes ?? ""))).toBe(
      "<p>page</p>",
    );
  });

  it("[HT-14] says that no app is there", () => {
    rmSync(join(folder, "index.html"));
    const missing = { ok: false, error: { kind: "app-missing", folder } };
    expect(loadAppFiles(folder)).toEqual(missing);
    const absent = join(folder, "none");
    expect(loadAppFiles(absent)).toEqual({
      ok: false,
      error: { kind: "app-missing", folder: absent },
    });
  });

  it("[HT-14] refuses a folder too large to be an app", () => {
    put("huge.txt", "");
    truncateSync(join(folder, "huge.txt"), 5 * 1_024 * 1_024);
    expect(loadAppFiles(folder)).toEqual({
      ok: false,
      error: { kind: "app-too-large", folder },
    });
  });
});
