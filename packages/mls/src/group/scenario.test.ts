// Whole histories with named actors, through the package's entry.
import { ready } from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import {
  createCommit,
  decodeState,
  encodeCommitPart,
  encodeMessagePart,
  processMessage,
  suite3,
} from "../index.ts";
import type { GroupState } from "../index.ts";
import {
  add,
  addOf,
  codeOf,
  commit,
  createWorld,
  deliver,
  envOf,
  expectOk,
  isAgreed,
  keyPackageOf,
  prepare,
  propose,
  remove,
  removeOf,
  say,
  stateOf,
  welcome,
  words,
} from "../testing/group-world.ts";

beforeAll(() => ready);

describe("a group", () => {
  it("[ML-85] founder and joiners agree after every change", () => {
    const world = createWorld({ seed: "agree" }, "alice", "bob", "carol");
    expect(isAgreed(world)).toBe(true);
    add(world, "bob", "dave");
    expect(isAgreed(world)).toBe(true);
    expect(words(commit(world, "dave"))).toEqual({
      alice: "applied commit",
      bob: "applied commit",
      carol: "applied commit",
      dave: "applied commit",
    });
    expect(isAgreed(world)).toBe(true);
    expect(words(deliver(world, say(world, "carol", "salaam")))).toEqual({
      alice: "applied application",
      bob: "applied application",
      carol: "ignored own-message",
      dave: "applied application",
    });
    expect(words(remove(world, "alice", "carol"))).toEqual({
      alice: "applied commit",
      bob: "applied commit",
      carol: "removed",
      dave: "applied commit",
    });
    expect(isAgreed(world)).toBe(true);
  });

  it("[ML-64] N25: a log read at once, or again after a restart at any place, leads to the state that live reading led to", () => {
    const world = createWorld({ seed: "replay" }, "alice", "bob", "carol");
    const start = stateOf(world, "bob");
    const log: Uint8Array[] = [];
    const append = (message: Uint8Array): void => {
      log.push(message);
      deliver(world, message);
    };
    append(say(world, "alice", "one"));
    const late = say(world, "carol", "late");
    append(prepare(world, "carol", { forcePath: true }).message);
    append(say(world, "alice", "two"));
    append(late);
    append(prepare(world, "alice").message);
    append(new Uint8Array(30));
    const erin = keyPackageOf(world, "erin");
    const { message, pending } = prepare(world, "carol", {
      proposals: [addOf(erin), removeOf(world, "alice")],
    });
    append(message);
    welcome(world, "carol", { pending, joiners: new Map([["erin", erin]]) });
    append(say(world, "erin", "three"));
    const partsOf = (state: GroupState) => ({
      commitPart: encodeCommitPart(state),
      messagePart: encodeMessagePart(state),
    });
    const live = partsOf(stateOf(world, "bob"));
    const replay = (restartAt: number): GroupState =>
      log.reduce((state, entry, i) => {
        const from =
          i === restartAt
            ? expectOk(decodeState(suite3, partsOf(state)))
            : state;
        const outcome = processMessage(from, envOf(world, "bob"), {
          message: entry,
        });
        return "state" in outcome ? outcome.state : from;
      }, start);
    for (let place = -1; place < log.length; place++) {
      expect(partsOf(replay(place))).toEqual(live);
    }
  });

  it("[ML-61] N27: one KeyPackage is in a group once, whoever brings it and in however many commits", () => {
    const world = createWorld({ seed: "once" }, "alice", "bob");
    const erin = keyPackageOf(world, "erin");
    const first = prepare(world, "alice", { proposals: [addOf(erin)] });
    const second = prepare(world, "bob", { proposals: [addOf(erin)] });
    deliver(world, first.message);
    expect(words(deliver(world, second.message))).toEqual({
      alice: "ignored past-epoch",
      bob: "ignored past-epoch",
    });
    const again = createCommit(stateOf(world, "bob"), envOf(world, "bob"), {
      proposals: [addOf(erin)],
    });
    expect(codeOf(again)).toBe("member-already");
  });

  it("[ML-50] N09: the three keys of a KeyPackage have nothing in common", () => {
    const world = createWorld({ seed: "keys apart" }, "alice");
    const { initKey, leafKey, signatureSeed, keyPackage } = keyPackageOf(
      world,
      "erin",
    );
    const keys = [
      initKey.publicKey,
      initKey.secretKey,
      leafKey.publicKey,
      leafKey.secretKey,
      signatureSeed,
      keyPackage.leafNode.signatureKey,
    ];
    expect(new Set(keys.map(String)).size).toBe(keys.length);
  });

  it("[ML-85] forty members come and go, and those who are there always agree", () => {
    const random = createSeededRandom("forty");
    const world = createWorld({ seed: "forty" }, "m0");
    let count = 1;
    for (let step = 0; step < 40; step++) {
      const names = [...world.states.keys()];
      const by = random.pick(names);
      const others = names.filter((name) => name !== by);
      if (world.states.size < 40 && random.bool(0.4)) {
        const joining = Array.from(
          { length: 1 + random.int(4) },
          () => `m${count++}`,
        );
        add(world, by, ...joining);
      } else if (others.length > 2 && random.bool(0.4)) {
        remove(
          world,
          by,
          ...random.shuffle(others).slice(0, 1 + random.int(2)),
        );
      } else if (others.length > 0 && random.bool(0.5)) {
        propose(world, random.pick(others), {
          proposal: { kind: "own-update" },
        });
        commit(world, by);
      } else {
        commit(world, by);
      }
      expect(isAgreed(world)).toBe(true);
    }
  });
});
