import { describe, expect, it } from "vitest";
import { pruneWasm } from "../../vite.wasm-prune.ts";

const NUMBER = 0x7f;
const FUNCTION = 0x60;

function section(id: number, items: readonly (readonly number[])[]): number[] {
  const content = [items.length, ...items.flat()];
  return [id, content.length, ...content];
}

function body(...code: readonly number[]): readonly number[] {
  return [code.length + 2, 0, ...code, 0x0b];
}

function exported(name: string, index: number): readonly number[] {
  return [name.length, ...new TextEncoder().encode(name), 0, index];
}

/** `seven` by a call; `nine` by itself; `eleven` by a pointer to function 3, which stands in the table before function 5. */
const MODULE = Uint8Array.from([
  // "\0asm", version 1
  0x00,
  0x61,
  0x73,
  0x6d,
  1,
  0,
  0,
  0,
  ...section(1, [
    [FUNCTION, 0, 1, NUMBER],
    [FUNCTION, 1, NUMBER, 1, NUMBER],
  ]),
  ...section(3, [[0], [0], [0], [1], [0], [0]]),
  ...section(4, [[0x70, 0, 2]]),
  ...section(7, [
    exported("seven", 1),
    exported("nine", 2),
    exported("eleven", 4),
  ]),
  ...section(9, [[0, 0x41, 0, 0x0b, 2, 3, 5]]),
  ...section(10, [
    body(0x41, 7),
    body(0x10, 0),
    body(0x41, 9),
    body(0x41, 11),
    body(0x41, 0, 0x41, 0, 0x11, 1, 0),
    body(0x41, 13),
  ]),
]);

async function exportsOf(
  module: Uint8Array,
): Promise<Readonly<Record<string, () => number>>> {
  const { instance } = await WebAssembly.instantiate(Uint8Array.from(module));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the module above exports nothing else
  return instance.exports as Record<string, () => number>;
}

describe("a pruned module", () => {
  it("[AP-41] computes what the whole one does, through calls and through pointers", async () => {
    const whole = await exportsOf(MODULE);
    const seven = pruneWasm(MODULE, (name) => name === "seven");
    const eleven = pruneWasm(MODULE, (name) => name === "eleven");
    expect((await exportsOf(seven))["seven"]?.()).toBe(whole["seven"]?.());
    expect((await exportsOf(eleven))["eleven"]?.()).toBe(11);
    expect(Object.keys(await exportsOf(seven))).toEqual(["seven"]);
  });

  it("[AP-41] leaves out what is not reached, other types of the table too, and traps there", async () => {
    const one = (wanted: string): string =>
      Buffer.from(pruneWasm(MODULE, (name) => name === wanted)).toString("hex");
    const stub = "0300000b";
    const bodies = (hex: string): number => hex.split(stub).length - 1;
    // Of six: what is exported and what that calls are left.
    expect(bodies(one("nine"))).toBe(5);
    expect(bodies(one("seven"))).toBe(4);
    expect(bodies(one("eleven"))).toBe(4);
    // The same numbers of functions, so that what is exported by a wrong one would trap.
    const all = pruneWasm(MODULE, () => true);
    expect(Buffer.from(all).toString("hex").split(stub)).toHaveLength(2);
  });

  it("[AP-41] is not made of a module with an instruction that is not known", () => {
    const simd = Uint8Array.from(MODULE);
    simd[simd.lastIndexOf(9) - 1] = 0xfd;
    expect(() => pruneWasm(simd, () => true)).toThrow(/fd is not known/);
  });
});
