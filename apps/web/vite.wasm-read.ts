// Reads the code of a WebAssembly function as far as it takes to know which functions it may call: the length of every
// instruction has to be known. What is not known ends the build.

export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** LEB128, of up to 32 bits. */
export function readU32(from: Cursor): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = next(from);
    value |= (byte & 127) << shift;
    if (byte < 128) return value >>> 0;
  }
}

export function readName(from: Cursor): string {
  const length = readU32(from);
  const start = from.at;
  from.at += length;
  return new TextDecoder().decode(from.bytes.subarray(start, from.at));
}

function next(from: Cursor): number {
  const byte = from.bytes[from.at++];
  if (byte === undefined) throw new Error("wasm: the code ends early");
  return byte;
}

function skipLeb(from: Cursor): void {
  while (next(from) > 127);
}

function skipLebs(from: Cursor, count: number): void {
  for (let index = 0; index < count; index++) skipLeb(from);
}

const CALL = 0x10;
const CALL_INDIRECT = 0x11;
const REF_FUNC = 0xd2;
const BR_TABLE = 0x0e;
const TYPED_SELECT = 0x1c;
const MORE = 0xfc;
const F32_CONST = 0x43;
const F64_CONST = 0x44;

/** unreachable, nop, else, end, return, drop, select, ref.is_null */
const BARE = [0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b, 0xd1];
/** block, loop, if, br, br_if, ref.null */
const WITH_ONE = [0x02, 0x03, 0x04, 0x0c, 0x0d, 0xd0];

/** From one code to another, and how many LEB128 numbers follow each. */
const RANGES: readonly (readonly [number, number, number])[] = [
  // local.get .. table.set
  [0x20, 0x26, 1],
  // loads and stores
  [0x28, 0x3e, 2],
  // memory.size, memory.grow, i32.const, i64.const
  [0x3f, 0x42, 1],
  // comparisons, arithmetic, conversions, sign extension
  [0x45, 0xc4, 0],
];

/** How many numbers follow an instruction; undefined where it has another form or is not known. */
function countImmediates(code: number): number | undefined {
  if (BARE.includes(code)) return 0;
  if (WITH_ONE.includes(code)) return 1;
  return RANGES.find(([first, last]) => code >= first && code <= last)?.[2];
}

export interface Calls {
  /** Numbers of functions that are called or named. */
  readonly direct: readonly number[];
  /** Numbers of the types of functions that are called by a pointer. */
  readonly byType: readonly number[];
}

/** What a body calls. */
export function readCode(body: Uint8Array): Calls {
  const from: Cursor = { bytes: body, at: 0 };
  const direct: number[] = [];
  const byType: number[] = [];
  const locals = readU32(from);
  // Each a count and a type.
  skipLebs(from, 2 * locals);
  while (from.at < body.length) {
    const code = next(from);
    if (code === CALL || code === REF_FUNC) direct.push(readU32(from));
    else if (code === CALL_INDIRECT) {
      byType.push(readU32(from));
      skipLeb(from);
    } else skipImmediates(from, code);
  }
  return { direct, byType };
}

function skipImmediates(from: Cursor, code: number): void {
  const count = countImmediates(code);
  if (count !== undefined) skipLebs(from, count);
  else if (code === BR_TABLE) skipLebs(from, readU32(from) + 1);
  else if (code === TYPED_SELECT) skipLebs(from, readU32(from));
  else if (code === F32_CONST) from.at += 4;
  else if (code === F64_CONST) from.at += 8;
  else if (code === MORE) skipMore(from);
  else throw new Error(`wasm: instruction ${code.toString(16)} is not known`);
}

/** Saturating conversions, and memory in bulk. */
function skipMore(from: Cursor): void {
  const code = readU32(from);
  if (code <= 7) return;
  if (code === 9 || code === 11) skipLeb(from);
  else if (code === 8 || code === 10) skipLebs(from, 2);
  else throw new Error(`wasm: instruction fc ${code} is not known`);
}
