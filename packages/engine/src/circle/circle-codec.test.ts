/** Circles on disk: what is stored is what was, at every step, and nothing that was used up. */
import { describe, expect, it } from "vitest";
import { concatBytes, encodeHex } from "@halqa/bytes";
import { expectUnchanged, mutateBytes } from "@halqa/testkit";
import { extendWindow } from "./chain-window.ts";
import {
  decodeCircle,
  encodeCircleDelta,
  encodeCircleParts,
} from "./circle-codec.ts";
import type { Circle } from "./circle.ts";
import { planChange } from "./plan-commit.ts";
import { readEntry } from "./read-entry.ts";
import {
  act,
  actorOf,
  append,
  catchUp,
  circleOf,
  createWorld,
  expectOk,
  remove,
  say,
  seal,
} from "./testing/circle-world.ts";
import type { World } from "./testing/circle-world.ts";

function restart(world: World, name: string): Circle {
  const { env } = actorOf(world, name);
  const parts = encodeCircleParts(env, circleOf(world, name));
  return expectOk(decodeCircle(env, { ...parts, deltas: [] }));
}

/** The deltas that reading one message after the other makes, on the parts at the beginning. */
function readWithDeltas(world: World, name: string, count: number) {
  const { env } = actorOf(world, name);
  const parts = encodeCircleParts(env, circleOf(world, name));
  const deltas: Uint8Array[] = [];
  for (let n = 0; n < count; n++) {
    const before = circleOf(world, name);
    say(world, "alice", `message ${n}`);
    catchUp(world);
    const delta = encodeCircleDelta(env, before, circleOf(world, name));
    if (delta === undefined) throw new Error("not only progress");
    deltas.push(delta);
  }
  return { parts, deltas };
}

describe("the two parts", () => {
  it("[CI-60] hold the whole circle", () => {
    const world = createWorld("whole", "alice", "bob", "carol");
    say(world, "bob", "hello");
    catchUp(world);
    remove(world, "alice", "carol");
    say(world, "bob", "hello again");
    catchUp(world);
    for (const name of ["alice", "bob"]) {
      const { env } = actorOf(world, name);
      const stored = encodeCircleParts(env, circleOf(world, name));
      const again = restart(world, name);
      expect(encodeCircleParts(env, again)).toEqual(stored);
      const { mls: state, ...rest } = circleOf(world, name);
      expect(again).toMatchObject(rest);
      expect(state.past.length).toBeGreaterThan(0);
    }
  });

  it("[CI-60] go on where they were stored", () => {
    const world = createWorld("goes on", "alice", "bob");
    for (const name of ["alice", "bob"])
      actorOf(world, name).circle = restart(world, name);
    say(world, "alice", "hello");
    const [outcome] = catchUp(world, "bob").get("bob") ?? [];
    expect(outcome).toMatchObject({ kind: "content" });
  });

  it("[CI-57] go on with an act that is under way", () => {
    const world = createWorld("under way", "alice", "bob");
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    act(world, "alice", planChange(circle, env, { name: "New" }));
    actorOf(world, "alice").circle = restart(world, "alice");
    catchUp(world);
    expect(circleOf(world, "alice").info.name).toBe("New");
  });

  it("[CI-63] refuse what does not belong together", () => {
    const world = createWorld("mixed", "alice", "bob");
    const { env } = actorOf(world, "alice");
    const before = encodeCircleParts(env, circleOf(world, "alice"));
    say(world, "bob", "hello");
    catchUp(world);
    const { env: other } = actorOf(world, "bob");
    const bob = encodeCircleParts(other, circleOf(world, "bob"));
    remove(world, "alice", "bob");
    const after = encodeCircleParts(env, circleOf(world, "alice"));
    const deltas: readonly Uint8Array[] = [];
    const isRefused = (commitPart: Uint8Array, messagePart: Uint8Array) =>
      !decodeCircle(env, { commitPart, messagePart, deltas }).ok;
    expect(isRefused(before.commitPart, before.messagePart)).toBe(false);
    expect(isRefused(before.commitPart, after.messagePart)).toBe(true);
    expect(isRefused(after.commitPart, before.messagePart)).toBe(true);
    expect(isRefused(bob.commitPart, after.messagePart)).toBe(true);
  });

  it("[CI-63] refuse a circle that is not consistent in itself", () => {
    const world = createWorld("inconsistent", "alice", "bob");
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const { log, epochKeys } = circle;
    const isRefused = (changed: Partial<Circle>): boolean => {
      const parts = encodeCircleParts(env, { ...circle, ...changed });
      return !decodeCircle(env, { ...parts, deltas: [] }).ok;
    };
    const withLog = (changed: Partial<Circle["log"]>): boolean =>
      isRefused({ log: { ...log, ...changed } });
    expect(isRefused({})).toBe(false);
    const address = { ...log.address, addressNumber: 5 };
    expect(withLog({ address })).toBe(true);
    expect(withLog({ seq: log.seq + 1 })).toBe(true);
    expect(withLog({ relayHead: new Uint8Array(32) })).toBe(true);
    const window = { ...log.window, from: log.window.from + 1 };
    expect(withLog({ window })).toBe(true);
    const longer = extendWindow(log.window, new Uint8Array(16));
    expect(withLog({ window: longer })).toBe(true);
    const { sealingKeys } = circleOf(world, "bob");
    expect(isRefused({ sealingKeys })).toBe(true);
    expect(isRefused({ sealingKeys: [] })).toBe(true);
    expect(isRefused({ epochKeys: epochKeys.slice(1) })).toBe(true);
    expect(isRefused({ epochKeys: epochKeys.toReversed() })).toBe(true);
    const ended = epochKeys.map((key) => ({ ...key, endedAt: 1 }));
    expect(isRefused({ epochKeys: ended })).toBe(true);
    const circleId = new Uint8Array(32);
    expect(isRefused({ info: { ...circle.info, circleId } })).toBe(true);
  });

  it("[CI-63] never throw, whatever was stored", () => {
    const world = createWorld("damaged", "alice", "bob");
    const { env, random } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const { commitPart, messagePart } = encodeCircleParts(env, circle);
    for (let run = 0; run < 150; run++) {
      for (const stored of [
        { commitPart: mutateBytes(commitPart, random), messagePart },
        { commitPart, messagePart: mutateBytes(messagePart, random) },
      ]) {
        const decoded = decodeCircle(env, { ...stored, deltas: [] });
        if (!decoded.ok) continue;
        const again = encodeCircleParts(env, decoded.value);
        expect(encodeHex(again.commitPart)).toBe(encodeHex(stored.commitPart));
        expect(encodeHex(again.messagePart)).toBe(
          encodeHex(stored.messagePart),
        );
      }
    }
  });
});

describe("the delta of an entry", () => {
  it("[CI-62] leads from the parts to the circle after it, one after the other", () => {
    const world = createWorld("deltas", "alice", "bob", "carol");
    for (const name of ["alice", "bob"]) {
      const { parts, deltas } = readWithDeltas(world, name, 5);
      const { env } = actorOf(world, name);
      const circle = expectOk(decodeCircle(env, { ...parts, deltas }));
      expect(encodeCircleParts(env, circle)).toEqual(
        encodeCircleParts(env, circleOf(world, name)),
      );
    }
  });

  it("[CI-62] has less than 1 KB, for reading and for sealing", () => {
    const world = createWorld("small", "alice", "bob", "carol", "dora");
    const { deltas } = readWithDeltas(world, "bob", 40);
    const { env } = actorOf(world, "bob");
    const before = circleOf(world, "bob");
    seal(world, "bob", "hello");
    const sealed = encodeCircleDelta(env, before, circleOf(world, "bob"));
    const sizes = [...deltas, sealed!].map((delta) => delta.length);
    expect(Math.max(...sizes)).toBeLessThan(1_000);
    const skipped = circleOf(world, "bob");
    append(world, "alice", new Uint8Array(3_840));
    catchUp(world, "bob");
    const after = encodeCircleDelta(env, skipped, circleOf(world, "bob"));
    expect(after!.length).toBeLessThan(120);
  });

  it("[CI-62] keeps that the steward of the invite was heard", () => {
    const world = createWorld("heard", "alice", "bob");
    const { env } = actorOf(world, "bob");
    const parts = encodeCircleParts(env, circleOf(world, "bob"));
    const before = circleOf(world, "bob");
    expect(before.awaits).toBeDefined();
    say(world, "alice", "hello");
    catchUp(world, "bob");
    const delta = encodeCircleDelta(env, before, circleOf(world, "bob"));
    const circle = expectOk(decodeCircle(env, { ...parts, deltas: [delta!] }));
    expect(circle.awaits).toBeUndefined();
    expect(restart(world, "bob").awaits).toBeUndefined();
  });

  it("[CI-62] is none where a commit or a new log lies between: both parts are written anew", () => {
    const world = createWorld("no delta", "alice", "bob");
    const { env } = actorOf(world, "alice");
    const before = circleOf(world, "alice");
    act(world, "alice", planChange(before, env, { name: "New" }));
    const sent = circleOf(world, "alice");
    expect(encodeCircleDelta(env, before, sent)).toBeDefined();
    catchUp(world);
    expect(
      encodeCircleDelta(env, sent, circleOf(world, "alice")),
    ).toBeUndefined();
    const full = circleOf(world, "bob");
    const log = { ...full.log, seq: 65_535 };
    const { logId } = log;
    const outcome = readEntry({ ...full, log }, env, {
      logId,
      seq: 65_536,
      body: new Uint8Array(),
      pendings: [],
    });
    if (outcome.kind !== "skipped") throw new Error("an empty body");
    expect(
      encodeCircleDelta(env, { ...full, log }, outcome.circle),
    ).toBeUndefined();
  });

  it("[CI-62] is none where the keys of an old epoch have gone", () => {
    const world = createWorld("old keys", "alice", "bob");
    const bob = actorOf(world, "bob");
    const circle = circleOf(world, "bob");
    expect(circle.epochKeys.length).toBe(1);
    const { env } = actorOf(world, "alice");
    const planned = planChange(circleOf(world, "alice"), env, { name: "New" });
    act(world, "alice", planned);
    catchUp(world);
    const after = circleOf(world, "bob");
    const endedAt = after.epochKeys[1]?.endedAt ?? 0;
    const before = {
      ...after,
      log: { ...after.log, entriesRead: endedAt + 999 },
    };
    bob.circle = before;
    say(world, "alice", "hello");
    catchUp(world, "bob");
    const last = circleOf(world, "bob");
    expect(last.epochKeys.length).toBe(1);
    expect(encodeCircleDelta(bob.env, before, last)).toBeUndefined();
    expect(restart(world, "bob").epochKeys).toEqual(last.epochKeys);
  });

  it("[CI-63] is refused where it does not fit, and when damaged", () => {
    const world = createWorld("misfit", "alice", "bob");
    const { parts, deltas } = readWithDeltas(world, "bob", 3);
    const { env, random } = actorOf(world, "bob");
    const [first, second, third] = deltas;
    if (first === undefined || second === undefined || third === undefined)
      throw new Error("three deltas");
    const isRefused = (list: readonly Uint8Array[]): boolean =>
      !decodeCircle(env, { ...parts, deltas: list }).ok;
    expect(isRefused([first, second, third])).toBe(false);
    expect(isRefused([second])).toBe(true);
    expect(isRefused([first, third])).toBe(true);
    expect(isRefused([first, first])).toBe(true);
    // Bob has heard the steward: no entry makes that undone.
    const heard = 1 + 4 + 2 + 8 + 32 + 8;
    expect(third[heard]).toBe(1);
    expect(isRefused([first, second, third.with(heard, 0)])).toBe(true);
    for (let run = 0; run < 200; run++) {
      const damaged = mutateBytes(first, random);
      // Not all damage shows: the relay's head is checked only against its mark, its first half.
      expect(() => isRefused([damaged])).not.toThrow();
    }
  });

  it("[CI-62] changes neither circle that it is made from", () => {
    const world = createWorld("pure", "alice", "bob");
    const before = circleOf(world, "bob");
    say(world, "alice", "hello");
    catchUp(world, "bob");
    const after = circleOf(world, "bob");
    const { env } = actorOf(world, "bob");
    expectUnchanged([before, after], () =>
      encodeCircleDelta(env, before, after),
    );
  });
});

describe("what was used up", () => {
  it("[CI-64] stands in no part afterwards: neither old keys nor an old address", () => {
    const world = createWorld("used up", "alice", "bob", "carol");
    const before = circleOf(world, "alice");
    const old = [
      before.mls.secrets.exporterSecret,
      before.mls.secrets.initSecret,
      before.log.address.logSeed,
    ].map(encodeHex);
    const storedNow = (): string => {
      const { env } = actorOf(world, "alice");
      const circle = circleOf(world, "alice");
      const { commitPart, messagePart } = encodeCircleParts(env, circle);
      return encodeHex(concatBytes(commitPart, messagePart));
    };
    for (const secret of old) expect(storedNow()).toContain(secret);
    const envelopeKey = encodeHex(before.epochKeys[0]!.envelopeKey);
    remove(world, "alice", "carol");
    for (const secret of old) expect(storedNow()).not.toContain(secret);
    expect(storedNow()).toContain(envelopeKey);
    for (const name of ["One", "Two", "Three"]) {
      const { env } = actorOf(world, "alice");
      act(world, "alice", planChange(circleOf(world, "alice"), env, { name }));
      catchUp(world);
    }
    expect(storedNow()).not.toContain(envelopeKey);
  });
});
