// A state on disk: two parts, small deltas, and nothing in them that was consumed.
import { encodeHex, encodeUtf8 } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import {
  applyMessageDelta,
  createCommit,
  decodeOwnKeyPackage,
  decodePendingCommit,
  decodeState,
  encodeCommitPart,
  encodeMessagePart,
  encodeOwnKeyPackage,
  encodePendingCommit,
  forgetPastEpochs,
  messageDelta,
  processMessage,
  protectApplication,
  suite3,
} from "../index.ts";
import type { GroupState } from "../index.ts";
import {
  leafRatchets,
  messageKey,
  nextMessageKey,
} from "../schedule/secret-tree.ts";
import type { SecretNode, SecretTree } from "../schedule/secret-tree.ts";
import {
  add,
  addOf,
  commit,
  createWorld,
  deliver,
  envOf,
  expectOk,
  isAgreed,
  keyPackageOf,
  leafOf,
  prepare,
  propose,
  remove,
  removeOf,
  say,
  show,
  stateOf,
  wordOf,
  words,
} from "../testing/group-world.ts";
import type { World } from "../testing/group-world.ts";

beforeAll(() => ready);

const three = (seed: string): World =>
  createWorld({ seed }, "alice", "bob", "carol");

const partsOf = (state: GroupState) => ({
  commitPart: encodeCommitPart(state),
  messagePart: encodeMessagePart(state),
});

/** The state as it comes back from disk. */
function restart(state: GroupState): GroupState {
  return expectOk(decodeState(suite3, partsOf(state)));
}

/** A state with everything in it: past epochs, cached and sent proposals, skipped keys, a sent commit. */
function richWorld(seed: string): World {
  const world = three(seed);
  const late = say(world, "carol", "skipped");
  deliver(world, say(world, "carol", "read"));
  commit(world, "bob");
  remove(world, "alice", "carol");
  add(world, "bob", "dave", "erin");
  propose(world, "dave", { proposal: { kind: "own-update" } });
  propose(world, "alice", { proposal: { kind: "own-update" } });
  propose(world, "bob", {
    proposal: { kind: "remove", removed: leafOf(world, "erin") },
  });
  prepare(world, "alice");
  say(world, "dave", "skipped too");
  deliver(world, say(world, "dave", "read"));
  expect(late.length).toBeGreaterThan(0);
  return world;
}

function secretsOf(node: SecretNode): Uint8Array[] {
  if (node.kind === "secret") return [node.secret];
  if (node.kind === "opened")
    return [...secretsOf(node.left), ...secretsOf(node.right)];
  return Object.values(node.ratchets).flatMap(({ secret, skipped }) => [
    ...(secret === undefined ? [] : [secret]),
    ...[...skipped.values()].flatMap(({ key }) => [key]),
  ]);
}

describe("the two parts", () => {
  it("[ML-80] come back as the same state, byte for byte", () => {
    const world = richWorld("round trip");
    for (const state of world.states.values()) {
      const parts = partsOf(state);
      const back = restart(state);
      expect(partsOf(back)).toEqual(parts);
      // In memory a past roster holds whole leaves; what it is read for is the same.
      const comparable = ({ past, ...rest }: GroupState) => ({
        ...rest,
        past: past.map(({ roster, ...one }) => ({
          ...one,
          roster: roster.map(
            (entry) => entry && [entry.signatureKey, entry.credential],
          ),
        })),
      });
      expect(comparable(back)).toEqual(comparable(state));
    }
  });

  it("[ML-80] a message changes the message part only; a commit changes both", () => {
    const world = three("which part");
    const before = partsOf(stateOf(world, "bob"));
    deliver(world, say(world, "alice", "hello"));
    propose(world, "carol", { proposal: { kind: "own-update" } });
    const after = partsOf(stateOf(world, "bob"));
    expect(after.commitPart).toEqual(before.commitPart);
    expect(after.messagePart).not.toEqual(before.messagePart);
    commit(world, "alice");
    expect(encodeCommitPart(stateOf(world, "bob"))).not.toEqual(
      before.commitPart,
    );
  });

  it("[ML-80] a group goes on from states that were read back after every step", () => {
    const world = three("restarts");
    const restartAll = (): void => {
      for (const [name, state] of world.states) {
        world.states.set(name, restart(state));
        const pendings = world.pendings.get(name) ?? [];
        world.pendings.set(
          name,
          pendings.map((pending) =>
            expectOk(decodePendingCommit(encodePendingCommit(pending))),
          ),
        );
      }
    };
    restartAll();
    add(world, "bob", "dave");
    restartAll();
    propose(world, "carol", { proposal: { kind: "own-update" } });
    restartAll();
    const { message } = prepare(world, "alice");
    restartAll();
    deliver(world, message);
    restartAll();
    const late = say(world, "dave", "late");
    remove(world, "carol", "alice");
    restartAll();
    expect(words(deliver(world, late))).toMatchObject({
      bob: "applied application",
    });
    expect(isAgreed(world)).toBe(true);
  });

  it("[ML-83] of another version, of different states, cut, extended or damaged are refused or are another state", () => {
    const world = richWorld("damage");
    const state = stateOf(world, "alice");
    const { commitPart, messagePart } = partsOf(state);
    const isRefused = (parts: Partial<ReturnType<typeof partsOf>>): boolean =>
      !decodeState(suite3, { commitPart, messagePart, ...parts }).ok;
    expect(isRefused({})).toBe(false);
    expect(isRefused({ commitPart: commitPart.with(0, 2) })).toBe(true);
    expect(isRefused({ messagePart: messagePart.with(0, 2) })).toBe(true);
    const older = stateOf(three("elsewhere"), "alice");
    expect(isRefused({ messagePart: encodeMessagePart(older) })).toBe(true);
    expect(isRefused({ commitPart: commitPart.subarray(1) })).toBe(true);
    for (const length of [0, 1, 100, commitPart.length - 1]) {
      expect(isRefused({ commitPart: commitPart.subarray(0, length) })).toBe(
        true,
      );
    }
    for (const length of [0, 1, 100, messagePart.length - 1]) {
      expect(isRefused({ messagePart: messagePart.subarray(0, length) })).toBe(
        true,
      );
    }
    const extended = new Uint8Array(messagePart.length + 1);
    extended.set(messagePart);
    expect(isRefused({ messagePart: extended })).toBe(true);
    const random = createSeededRandom("damaged parts");
    for (let i = 0; i < 300; i++) {
      const parts = random.bool(0.5)
        ? { commitPart: mutateBytes(commitPart, random), messagePart }
        : { commitPart, messagePart: mutateBytes(messagePart, random) };
      const decoded = decodeState(suite3, parts);
      if (decoded.ok) expect(partsOf(decoded.value)).toEqual(parts);
    }
  });

  it("[ML-83] pending commits and KeyPackages come back, and are refused when damaged", () => {
    const world = three("pending");
    const own = keyPackageOf(world, "erin");
    const { pending } = prepare(world, "alice", {
      proposals: [addOf(own), removeOf(world, "carol")],
    });
    const random = createSeededRandom("damaged pending");
    const pendingBytes = encodePendingCommit(pending);
    expect(expectOk(decodePendingCommit(pendingBytes))).toEqual(pending);
    const ownBytes = encodeOwnKeyPackage(own);
    expect(expectOk(decodeOwnKeyPackage(ownBytes))).toEqual(own);
    expect(decodePendingCommit(pendingBytes.with(0, 9)).ok).toBe(false);
    expect(decodeOwnKeyPackage(ownBytes.with(0, 9)).ok).toBe(false);
    for (let i = 0; i < 300; i++) {
      const damaged = mutateBytes(pendingBytes, random);
      const one = decodePendingCommit(damaged);
      if (one.ok) expect(encodePendingCommit(one.value)).toEqual(damaged);
      const broken = mutateBytes(ownBytes, random);
      const other = decodeOwnKeyPackage(broken);
      if (other.ok) expect(encodeOwnKeyPackage(other.value)).toEqual(broken);
    }
  });
});

describe("the delta of a message", () => {
  it("[ML-81] leads from the state before to the state after, for every kind of message", () => {
    const world = three("delta");
    commit(world, "alice");
    const late = say(world, "bob", "late");
    commit(world, "carol");
    const steps: (() => void)[] = [
      () => deliver(world, say(world, "carol", "hello")),
      () => say(world, "alice", "sent"),
      () => propose(world, "bob", { proposal: { kind: "own-update" } }),
      () => propose(world, "alice", { proposal: { kind: "own-update" } }),
      () => deliver(world, late),
      () => prepare(world, "alice"),
      () => void say(world, "bob", "skipped"),
      () => deliver(world, say(world, "bob", "after a gap")),
    ];
    for (const step of steps) {
      const before = new Map(world.states);
      step();
      for (const [name, state] of before) {
        const after = stateOf(world, name);
        const delta = messageDelta(state, after);
        const applied = expectOk(
          applyMessageDelta(suite3, restart(state), delta),
        );
        expect(partsOf(applied)).toEqual(partsOf(after));
      }
    }
  });

  it("[ML-81] is under 1,000 bytes in a group of 1,000 members, sent or received, and one of no change a few", () => {
    const { alice, state } = bigState();
    expect(messageDelta(state, state).length).toBeLessThan(20);
    const env = envOf(alice, "alice");
    const sent = expectOk(
      protectApplication(state, env, { data: new Uint8Array(1024) }),
    );
    expect(messageDelta(state, sent.state).length).toBeLessThan(1000);
    const again = expectOk(
      protectApplication(sent.state, env, { data: new Uint8Array(1024) }),
    );
    expect(messageDelta(sent.state, again.state).length).toBeLessThan(200);
    const handshake = expectOk(createCommit(state, env, {}));
    expect(messageDelta(state, handshake.state).length).toBeLessThan(1000);
    for (const leaf of [1, 512, 1023]) {
      const received = messageKey(suite3, state.secretTree, {
        leaf,
        type: "application",
        generation: 0,
        limits: { maxForward: 0, maxSkipped: 0 },
      });
      if (received.kind !== "key") throw new Error("no key");
      const after = { ...state, secretTree: received.tree };
      expect(messageDelta(state, after).length).toBeLessThan(1000);
    }
  });

  it("[ML-83] for another state, of another version or damaged is refused or leads to a state", () => {
    const world = three("delta damage");
    const before = stateOf(world, "bob");
    deliver(world, say(world, "alice", "hello"));
    const after = stateOf(world, "bob");
    const delta = messageDelta(before, after);
    expect(applyMessageDelta(suite3, after, delta).ok).toBe(false);
    expect(applyMessageDelta(suite3, before, delta.with(0, 2)).ok).toBe(false);
    commit(world, "alice");
    expect(applyMessageDelta(suite3, stateOf(world, "bob"), delta).ok).toBe(
      false,
    );
    const random = createSeededRandom("damaged deltas");
    for (let i = 0; i < 300; i++) {
      const applied = applyMessageDelta(
        suite3,
        before,
        mutateBytes(delta, random),
      );
      if (applied.ok) restart(applied.value);
    }
  });

  it("[ML-81] across a commit there is none", () => {
    const world = three("no delta");
    const before = stateOf(world, "bob");
    commit(world, "alice");
    expect(() => messageDelta(before, stateOf(world, "bob"))).toThrow(
      "one epoch",
    );
  });
});

/** A state with a tree of 1,000 members' width: only the secret tree matters for deltas. */
function bigState(): { alice: World; state: GroupState } {
  const alice = createWorld({ seed: "big" }, "alice");
  const state = stateOf(alice, "alice");
  const secretTree: SecretTree = {
    leafCount: 1024,
    root: { kind: "secret", secret: new Uint8Array(32).fill(5) },
  };
  return { alice, state: { ...state, secretTree } };
}

describe("consumed secrets", () => {
  const contains = (bytes: Uint8Array, secret: Uint8Array): boolean =>
    encodeHex(bytes).includes(encodeHex(secret));

  it("[ML-82] trap 11: what a message consumed is in neither part and in no delta", () => {
    const world = three("consumed");
    const before = stateOf(world, "bob");
    const all = secretsOf(before.secretTree.root);
    const opened = nextMessageKey(suite3, before.secretTree, {
      leaf: leafOf(world, "alice"),
      type: "application",
    });
    if (opened === undefined) throw new Error("no key");
    const place = leafOf(world, "alice");
    const first = expectOk(
      decodeState(suite3, partsOf({ ...before, secretTree: opened.tree })),
    );
    const start = leafRatchets(first.secretTree, place)?.application.secret;
    deliver(world, say(world, "alice", "one"));
    const after = stateOf(world, "bob");
    const delta = messageDelta(before, after);
    const { commitPart, messagePart } = partsOf(after);
    for (const bytes of [commitPart, messagePart, delta]) {
      expect(contains(bytes, opened.key)).toBe(false);
      for (const secret of all) expect(contains(bytes, secret)).toBe(false);
    }
    expect(start && contains(messagePart, start)).toBe(true);
    deliver(world, say(world, "alice", "two"));
    const later = encodeMessagePart(stateOf(world, "bob"));
    expect(start && contains(later, start)).toBe(false);
  });

  it("[ML-82] what a sender used is gone from the sender too", () => {
    const world = three("sent");
    const before = stateOf(world, "alice");
    const next = nextMessageKey(suite3, before.secretTree, {
      leaf: 0,
      type: "application",
    });
    if (next === undefined) throw new Error("no key");
    say(world, "alice", "sent");
    const after = stateOf(world, "alice");
    for (const bytes of [
      encodeMessagePart(after),
      messageDelta(before, after),
    ]) {
      expect(contains(bytes, next.key)).toBe(false);
      for (const secret of secretsOf(before.secretTree.root)) {
        expect(contains(bytes, secret)).toBe(false);
      }
    }
  });

  it("[ML-82] after a commit, the key schedule of the epoch before and every replaced private key are gone", () => {
    const world = three("commit");
    propose(world, "bob", { proposal: { kind: "own-update" } });
    const before = stateOf(world, "bob");
    const consumed = [
      before.secrets.initSecret,
      before.secrets.exporterSecret,
      before.secrets.membershipKey,
      before.secrets.resumptionPsk,
      ...[...before.own.privatePath.values()].map((keys) => keys.secretKey),
    ];
    const { message } = prepare(world, "alice");
    deliver(world, message);
    const after = stateOf(world, "bob");
    const { commitPart, messagePart } = partsOf(after);
    for (const secret of consumed) {
      expect(contains(commitPart, secret)).toBe(false);
      expect(contains(messagePart, secret)).toBe(false);
    }
    // What late messages need is kept until it is forgotten.
    const { senderDataSecret } = before.secrets;
    expect(contains(commitPart, senderDataSecret)).toBe(true);
    const forgotten = partsOf(forgetPastEpochs(after, { keep: 0 }));
    expect(contains(forgotten.commitPart, senderDataSecret)).toBe(false);
    const [past] = after.past;
    if (past === undefined) throw new Error("no past");
    for (const secret of secretsOf(past.secretTree.root)) {
      expect(contains(messagePart, secret)).toBe(true);
      expect(contains(forgotten.messagePart, secret)).toBe(false);
    }
  });

  it("[ML-82] the keys of an own Update that was not covered are gone after the epoch", () => {
    const world = three("uncovered");
    propose(world, "bob", { proposal: { kind: "own-update" } });
    const [sent] = stateOf(world, "bob").sent;
    if (sent?.kind !== "proposal" || sent.updateKeys === undefined)
      throw new Error("no update");
    const { secretKey } = sent.updateKeys.leafKey;
    expect(contains(encodeMessagePart(stateOf(world, "bob")), secretKey)).toBe(
      true,
    );
    commit(world, "alice", { references: [] });
    const { commitPart, messagePart } = partsOf(stateOf(world, "bob"));
    expect(contains(commitPart, secretKey)).toBe(false);
    expect(contains(messagePart, secretKey)).toBe(false);
  });

  it("[ML-82] neither the joiner secret nor the commit secret of an epoch is in a state", () => {
    const world = three("joiner secret");
    const { message, pending } = prepare(world, "alice");
    deliver(world, message);
    for (const state of world.states.values()) {
      const { commitPart, messagePart } = partsOf(state);
      expect(contains(commitPart, pending.joinerSecret)).toBe(false);
      expect(contains(messagePart, pending.joinerSecret)).toBe(false);
    }
    const again = processMessage(
      stateOf(world, "alice"),
      envOf(world, "alice"),
      { message, pending: [pending] },
    );
    expect(wordOf(again)).toBe("ignored past-epoch");
    expect(wordOf(show(world, "bob", encodeUtf8("x")))).toBe(
      "refused malformed",
    );
  });
});
