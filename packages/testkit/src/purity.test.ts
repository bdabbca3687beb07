import { describe, expect, it } from "vitest";
import { deepFreeze, expectUnchanged } from "./index.ts";

const SYMBOL = Symbol("mark");

const createState = () => ({
  epoch: 1,
  name: "circle",
  big: 1n,
  nothing: undefined,
  nil: null,
  key: Uint8Array.of(1, 2, 3),
  leaves: [{ id: 1 }, { id: 2 }],
  byId: new Map([["a", { held: new Set([1]) }]]),
  tags: new Set([{ tag: 1 }]),
  run: () => 1,
  [SYMBOL]: { hidden: 1 },
});

function fail(): never {
  throw new RangeError("its own");
}

describe("deepFreeze", () => {
  it("hands the value back, frozen all the way down", () => {
    const state = createState();
    expect(deepFreeze(state)).toBe(state);
    expect(() => {
      state.epoch = 2;
    }).toThrow(TypeError);
    expect(() => state.leaves.push({ id: 3 })).toThrow(TypeError);
    expect(() => {
      state.leaves[1]!.id = 9;
    }).toThrow(TypeError);
    expect(() => {
      state[SYMBOL].hidden = 2;
    }).toThrow(TypeError);
    expect(state).toEqual({ ...createState(), run: state.run });
  });

  it("freezes collections, what they hold included", () => {
    const { byId, tags } = deepFreeze(createState());
    expect(() => byId.set("b", { held: new Set() })).toThrow(TypeError);
    expect(() => byId.delete("a")).toThrow(TypeError);
    expect(() => byId.clear()).toThrow(TypeError);
    expect(() => byId.get("a")!.held.add(2)).toThrow(TypeError);
    expect(() => tags.clear()).toThrow(TypeError);
    expect(() => {
      for (const item of tags) item.tag = 2;
    }).toThrow(TypeError);
    expect([byId.size, tags.size]).toEqual([1, 1]);
  });

  it("leaves binary data as it is, which no engine can freeze", () => {
    const state = deepFreeze({
      key: Uint8Array.of(1),
      raw: new ArrayBuffer(1),
    });
    state.key[0] = 2;
    expect(state.key).toEqual(Uint8Array.of(2));
  });

  it("ends on values that hold themselves", () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(Object.isFrozen(deepFreeze(loop))).toBe(true);
  });

  it.each([1, "text", null, undefined])("passes %s through", (value) => {
    expect(deepFreeze(value)).toBe(value);
  });
});

describe("expectUnchanged", () => {
  it("hands over the result of a function that changes nothing", () => {
    const state = createState();
    expect(expectUnchanged(state, () => state.leaves.length)).toBe(2);
    expect(expectUnchanged(1, () => "result")).toBe("result");
  });

  type State = ReturnType<typeof createState>;
  const changes: readonly (readonly [string, (state: State) => void])[] = [
    ["value.epoch", (state) => (state.epoch = 2)],
    ["value.key (bytes)", (state) => (state.key[2] = 9)],
    ["value.key", (state) => (state.key = Uint8Array.of(1, 2, 3))],
    ["value.leaves.1.id", (state) => (state.leaves[1]!.id = 9)],
    ["value.leaves.1", (state) => (state.leaves[1] = { id: 2 })],
    ["value.leaves.length", (state) => state.leaves.push({ id: 3 })],
    ["value.leaves.1", (state) => state.leaves.pop()],
    ["value.byId.key 1", (state) => state.byId.set("b", { held: new Set() })],
    [
      "value.byId.entry 0.held.item 1",
      (state) => state.byId.get("a")!.held.add(2),
    ],
    ["value.tags.item 0", (state) => state.tags.clear()],
    ["value.Symbol(mark).hidden", (state) => (state[SYMBOL].hidden = 2)],
    ["value.added", (state) => Object.assign(state, { added: 1 })],
    ["value.name", (state) => Reflect.deleteProperty(state, "name")],
  ];

  it.each(changes)("names %s when it is changed", (place, change) => {
    const state = createState();
    expect(() => expectUnchanged(state, () => change(state))).toThrow(
      new Error(`changed: ${place}`),
    );
  });

  it("sees bytes in views and buffers of every kind", () => {
    const buffer = new ArrayBuffer(8);
    const bytes = new Uint8Array(buffer);
    const values = [
      buffer,
      new DataView(buffer, 4),
      new Uint16Array(buffer, 4),
    ];
    for (const value of values) {
      expect(() => expectUnchanged([value], () => (bytes[5]! += 1))).toThrow(
        "changed: value.0 (bytes)",
      );
    }
    const elsewhere = new Uint8Array(buffer, 0, 4);
    expect(expectUnchanged(elsewhere, () => (bytes[5] = 99))).toBe(99);
  });

  it("ends on values that hold themselves", () => {
    const loop: { self?: unknown; n: number } = { n: 1 };
    loop.self = loop;
    expect(expectUnchanged(loop, () => 1)).toBe(1);
    expect(() => expectUnchanged(loop, () => (loop.n = 2))).toThrow(
      "changed: value.n",
    );
  });

  it("keeps symbols of one name apart", () => {
    const [a, b] = [Symbol("same"), Symbol("same")];
    const value = { [a]: 1, [b]: 1 };
    expect(() => expectUnchanged(value, () => (value[a] = 2))).toThrow();
    expect(() => expectUnchanged(value, () => (value[b] = 2))).toThrow();
  });

  it("lets an error of the function through", () => {
    expect(() => expectUnchanged({}, fail)).toThrow(RangeError);
  });
});
