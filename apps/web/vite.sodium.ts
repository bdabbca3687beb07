// Puts into the app of libsodium what the app calls: the package carries everything it can do, as text, in every file that
// imports it. Here the WebAssembly becomes a file of its own, which a browser fetches as it is and compiles while it comes, and
// functions that nothing reaches are left out of it and of its wrapper (docs/decisions/0022). The calls are read from the
// source of `packages/crypto`; what is not as expected in the package ends the build. The command line and the tests run the
// package as it is.

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin, Rolldown } from "vite";
import { pruneWasm } from "./vite.wasm-prune.ts";

const CRYPTO = join(import.meta.dirname, "..", "..", "packages/crypto/src");
const GLUE = /\/libsodium-sumo\/.*\/libsodium-sumo\.mjs$/;
const WRAPPER = /\/libsodium-wrappers-sumo\/.*\/libsodium-wrappers\.mjs$/;
type Parse = Rolldown.PluginContext["parse"] extends (
  text: string,
) => infer Tree
  ? (text: string) => Tree
  : never;

/** What the modules need of each other, whatever is called. */
const ALWAYS = ["malloc", "free", "sodium_init"];

export function sodium(): Plugin {
  return {
    name: "halqa-sodium",
    apply: "build",
    enforce: "pre",
    transform(code, id) {
      const parse: Parse = (text) => this.parse(text);
      if (WRAPPER.test(id)) {
        return { code: pruneWrapper(code, parse).code, map: null };
      }
      if (!GLUE.test(id)) return undefined;
      const wrapper = id.replaceAll(
        "libsodium-sumo",
        "libsodium-wrappers-sumo",
      );
      const file = wrapper.replace("wrappers-sumo.mjs", "wrappers.mjs");
      const { natives } = pruneWrapper(readFileSync(file, "utf8"), parse);
      const { glue, wasm } = pruneGlue(code, natives);
      const reference = this.emitFile({
        type: "asset",
        name: "libsodium.wasm",
        source: wasm,
      });
      const url = `import.meta.ROLLUP_FILE_URL_${reference}`;
      return { code: glue.replace(FETCHED, fetched(url)), map: null };
    },
  };
}

const FETCHED = "/* fetched */";

function fetched(url: string): string {
  return `(await(await fetch(${url})).arrayBuffer())`;
}

/** Functions and constants that the sources of the crypto package name. */
function namesInSource(): ReadonlySet<string> {
  const files = globSync(join(CRYPTO, "*.ts")).filter(
    (file) => !file.endsWith(".test.ts"),
  );
  const texts = files.map((file) => readFileSync(file, "utf8"));
  return namesIn(
    texts.join("\n"),
    /\bsodium\s*\.\s*((?:crypto|randombytes)_\w+)/gu,
  );
}

function namesIn(text: string, pattern: RegExp): ReadonlySet<string> {
  return new Set([...text.matchAll(pattern)].flatMap(([, name]) => name ?? []));
}

interface Pruned {
  readonly code: string;
  /** Names of compiled functions that what is left calls. */
  readonly natives: ReadonlySet<string>;
}

/** The wrapper with those of its functions that are called, and those that its own test of itself calls. */
function pruneWrapper(code: string, parse: Parse): Pruned {
  const selfTest = namesIn(code, /\bt\.(\w+)\(/gu);
  const constants = namesIn(code, /\bt\.([a-z0-9_]+_[A-Z0-9_]+)\b/gu);
  const source = namesInSource();
  const isKept: IsKept = (name) =>
    source.has(name) || selfTest.has(name) || constants.has(name);
  const { left: short, dropped } = pruneTable(code, isKept);
  const left = pruneConstants(short, isKept);
  const missing = [...source].filter((name) => !left.includes(`"${name}"`));
  if (missing.length > 0) throw unexpected(missing.join(", "));
  const called = without(left, dropped, parse);
  const listed = [...namesIn(called, /"(\w+)"/gu)];
  const natives = new Set([
    ...ALWAYS,
    ...namesIn(called, /\br\._(\w+)/gu),
    ...listed.flatMap((name) => [name, name.toLowerCase()]),
  ]);
  return { code: left, natives };
}

type IsKept = (name: string) => boolean;

/** The list of names and functions that the wrapper exports. */
function pruneTable(
  code: string,
  isKept: IsKept,
): { readonly left: string; readonly dropped: ReadonlySet<string> } {
  const table = must(/var e=\[([^\]]*)\],a=\[([^\]]*)\]/u.exec(code));
  const names = table[1].split(",");
  const functions = table[2].split(",");
  if (names.length !== functions.length) throw unexpected("its functions");
  const isOut = names.map((name) => !isKept(name.slice(1, -1)));
  const kept = (list: readonly string[]): string =>
    list.filter((_, index) => !(isOut[index] ?? true)).join();
  const short = `var e=[${kept(names)}],a=[${kept(functions)}]`;
  return {
    left: code.replace(table[0], () => short),
    dropped: new Set(functions.filter((_, index) => isOut[index])),
  };
}

/** Its two lists of constants: numbers and texts. */
function pruneConstants(code: string, isKept: IsKept): string {
  const lists = [...code.matchAll(/var ([ns])=\[((?:"\w+",?)+)\]/gu)];
  if (lists.length !== 2) throw unexpected("its constants");
  return lists.reduce((left, [whole, name = "", list = ""]) => {
    const own = list.split(",").filter((one) => isKept(one.slice(1, -1)));
    return left.replace(whole, () => `var ${name}=[${own.join()}]`);
  }, code);
}

/** The text without the functions of these names: bundling leaves them out, because nothing names them any more. */
function without(
  code: string,
  dropped: ReadonlySet<string>,
  parse: Parse,
): string {
  const gone = parse(code)
    .body.flatMap((part) => (part.type === "FunctionDeclaration" ? part : []))
    .filter(({ id }) => id !== null && dropped.has(id.name));
  if (gone.length !== dropped.size) throw unexpected("its declarations");
  let left = "";
  let from = 0;
  for (const { start, end } of gone) {
    left += code.slice(from, start);
    from = end;
  }
  return left + code.slice(from);
}

/** The glue without what it would take out of the module for nobody, and the module without it. */
function pruneGlue(
  code: string,
  natives: ReadonlySet<string>,
): { readonly glue: string; readonly wasm: Uint8Array } {
  const data = must(
    /o\?\?=\(A=>\{.{1,400}?\}\)\("([A-Za-z0-9+/=]{100000,})"\)/u.exec(code),
  );
  const names = [...code.matchAll(/g\._(\w+)=A\.(\w+),/gu)];
  if (names.length < 500) throw unexpected("its exports");
  const dropped = names.filter(([, name = ""]) => !natives.has(name));
  const unwanted = new Set(dropped.map(([, , short]) => short));
  const used = new Set(
    names.filter((one) => !dropped.includes(one)).map(([, , short]) => short),
  );
  const glue = dropped.reduce(
    (left, [whole]) => left.replace(whole, ""),
    code.replace(data[0], () => `o??=new Uint8Array(${FETCHED})`),
  );
  const module = Buffer.from(data[1], "base64");
  const wasm = pruneWasm(
    module,
    (name) => used.has(name) || !unwanted.has(name),
  );
  return { glue, wasm };
}

function must(match: RegExpExecArray | null): [string, string, string] {
  if (match === null) throw unexpected("its form");
  return [match[0], match[1] ?? "", match[2] ?? ""];
}

function unexpected(what: string): Error {
  return new Error(`libsodium is not as it was: ${what}`);
}
