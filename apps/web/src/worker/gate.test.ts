import { StoreFault, type RawStore, type Slot } from "@halqa/vault";
import { describe, expect, it } from "vitest";
import { shutAway } from "./gate.ts";

function world() {
  const done: string[] = [];
  let finish = (): void => undefined;
  const raw: RawStore = {
    read: () => Promise.resolve([]),
    commit: () =>
      new Promise((resolve) => {
        finish = () => {
          done.push("committed");
          resolve();
        };
      }),
    close: () => Promise.resolve(),
  };
  const slot: Slot = {
    read: () => Promise.resolve(undefined),
    write: () => {
      done.push("slot");
      return Promise.resolve();
    },
  };
  return { gate: shutAway(raw, slot), done, finish: () => finish() };
}

describe("the gate", () => {
  it("[AP-77] waits for what is under way, and lets nothing through afterwards", async () => {
    const { gate, done, finish } = world();
    const commit = gate.raw.commit([]);
    const shut = gate.shut().then(() => done.push("shut"));
    const late = gate.slot.write({ at: 0, bytes: new Uint8Array(1) });
    await expect(late).rejects.toBeInstanceOf(StoreFault);
    await expect(gate.raw.commit([])).rejects.toBeInstanceOf(StoreFault);
    await expect(gate.raw.read([])).rejects.toBeInstanceOf(StoreFault);
    finish();
    await commit;
    await shut;
    expect(done).toEqual(["committed", "shut"]);
  });
});
