// Takes out of a WebAssembly module what nothing can call. Every number of a function stays as it is: a function that is not
// reached becomes one instruction, `unreachable`, so that a mistake here ends in a trap and never in another computation.
// Written for the modules that Emscripten makes; anything else in one ends the build.

import {
  readCode,
  readName,
  readU32,
  type Calls,
  type Cursor,
} from "./vite.wasm-read.ts";

const EXPORTS = 7;
const ELEMENTS = 9;
const CODE = 10;
const FUNCTIONS = 3;
const IMPORTS = 2;
const START = 8;
const HEADER_BYTES = 8;
const NO_CALLS: Calls = { direct: [], byType: [] };
const FUNCTION = 0;
/** A body without locals that consists of `unreachable` and `end`, with its length in front. */
const STUB = Uint8Array.of(3, 0x00, 0x00, 0x0b);

interface Section {
  readonly id: number;
  readonly body: Uint8Array;
}

interface Export {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
}

/** The module with the exports that are wanted, and of its functions those that they need. */
export function pruneWasm(
  module: Uint8Array,
  isWanted: (name: string) => boolean,
): Uint8Array {
  const sections = splitSections(module);
  const bodyOf = (id: number): Uint8Array =>
    sections.find((section) => section.id === id)?.body ?? new Uint8Array(1);
  const kept = readExports(bodyOf(EXPORTS)).filter(({ name }) =>
    isWanted(name),
  );
  const imported = readImports(bodyOf(IMPORTS));
  const bodies = splitBodies(bodyOf(CODE));
  const types = [...imported, ...readList(bodyOf(FUNCTIONS))];
  const roots = [
    ...kept.filter(({ kind }) => kind === FUNCTION).map(({ index }) => index),
    ...sections
      .filter(({ id }) => id === START)
      .map(({ body }) => readU32(cursor(body))),
  ];
  const reached = reach(roots, {
    callsOf: (index) => {
      const body = bodies[index - imported.length];
      return body === undefined ? NO_CALLS : readCode(body);
    },
    pointed: readElements(bodyOf(ELEMENTS)),
    typeOf: (index) => types[index],
  });
  const code = bodies.map((body, index) =>
    reached.has(index + imported.length)
      ? [...u32(body.length), ...body]
      : STUB,
  );
  const parts = sections.map(({ id, body }) => {
    if (id === EXPORTS) return writeSection(id, writeExports(kept));
    if (id === CODE)
      return writeSection(id, [
        ...u32(code.length),
        ...code.flatMap((part) => [...part]),
      ]);
    return writeSection(id, body);
  });
  return Uint8Array.from([
    ...module.subarray(0, HEADER_BYTES),
    ...parts.flatMap((part) => [...part]),
  ]);
}

function cursor(bytes: Uint8Array): Cursor {
  return { bytes, at: 0 };
}

function splitSections(module: Uint8Array): readonly Section[] {
  const from = { bytes: module, at: HEADER_BYTES };
  const sections: Section[] = [];
  while (from.at < module.length) {
    const id = module[from.at++] ?? 0;
    sections.push({ id, body: take(from) });
  }
  return sections;
}

/** A length and as many bytes. */
function take(from: Cursor): Uint8Array {
  const length = readU32(from);
  const start = from.at;
  from.at += length;
  return from.bytes.subarray(start, from.at);
}

function splitBodies(body: Uint8Array): readonly Uint8Array[] {
  const from = cursor(body);
  return Array.from({ length: readU32(from) }, () => take(from));
}

function readExports(body: Uint8Array): readonly Export[] {
  const from = cursor(body);
  return Array.from({ length: readU32(from) }, () => {
    const name = readName(from);
    const kind = body[from.at++] ?? 0;
    return { name, kind, index: readU32(from) };
  });
}

function writeExports(exports: readonly Export[]): readonly number[] {
  return [
    ...u32(exports.length),
    ...exports.flatMap(({ name, kind, index }) => {
      const bytes = new TextEncoder().encode(name);
      return [...u32(bytes.length), ...bytes, kind, ...u32(index)];
    }),
  ];
}

/** The types of imported functions. */
function readImports(body: Uint8Array): readonly number[] {
  const from = cursor(body);
  return Array.from({ length: readU32(from) }, () => {
    readName(from);
    readName(from);
    if (body[from.at++] !== FUNCTION)
      throw new Error("wasm: only functions are imported");
    return readU32(from);
  });
}

function readList(body: Uint8Array): readonly number[] {
  const from = cursor(body);
  return Array.from({ length: readU32(from) }, () => readU32(from));
}

/** The functions of tables: whatever may be called by a pointer. */
function readElements(body: Uint8Array): readonly number[] {
  const from = cursor(body);
  const segments = readU32(from);
  return Array.from({ length: segments }, () => {
    // 0: of the first table, at an offset, a list of functions. 65: `i32.const`, 11: `end`.
    if (readU32(from) !== 0 || body[from.at++] !== 65)
      throw new Error("wasm: another kind of segment");
    readU32(from);
    if (body[from.at++] !== 11) throw new Error("wasm: another kind of offset");
    return Array.from({ length: readU32(from) }, () => readU32(from));
  }).flat();
}

interface Module {
  readonly callsOf: (index: number) => Calls;
  /** Functions that have a pointer. */
  readonly pointed: readonly number[];
  /** The number of its type; a module lists no type twice. */
  readonly typeOf: (index: number) => number | undefined;
}

/** What is called from the roots on: by number, or by a pointer to a function of the type that is called. */
function reach(roots: readonly number[], module: Module): ReadonlySet<number> {
  const reached = new Set(roots);
  // A set gives what is added while it is walked as well.
  for (const index of reached) {
    const { direct, byType } = module.callsOf(index);
    for (const called of direct) reached.add(called);
    for (const called of module.pointed) {
      if (byType.includes(module.typeOf(called) ?? -1)) reached.add(called);
    }
  }
  return reached;
}

function writeSection(id: number, body: ArrayLike<number>): readonly number[] {
  return [id, ...u32(body.length), ...Array.from(body)];
}

function u32(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return [...bytes, rest];
}
