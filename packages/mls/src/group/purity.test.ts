// Same in, same out, nothing touched; and no bytes from outside that make anything throw.
import { encodeUtf8 } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import { permitNonceReuse } from "@halqa/crypto/nonce-watch";
import {
  createSeededRandom,
  deepFreeze,
  expectUnchanged,
  mutateBytes,
} from "@halqa/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import {
  applyMessageDelta,
  buildWelcome,
  createCommit,
  createProposal,
  decodeState,
  defaultPolicy,
  encodeCommitPart,
  encodeMessagePart,
  encodePendingCommit,
  encodeTree,
  joinGroup,
  messageDelta,
  processMessage,
  protectApplication,
  suite3,
} from "../index.ts";
import type { GroupEnv, GroupState } from "../index.ts";
import {
  addOf,
  commit,
  createWorld,
  deliver,
  envOf,
  expectOk,
  keyPackageOf,
  leafOf,
  prepare,
  propose,
  removeOf,
  say,
  show,
  stateOf,
  wordOf,
} from "../testing/group-world.ts";
import type { World } from "../testing/group-world.ts";

beforeAll(() => ready);

const four = (seed: string): World =>
  createWorld({ seed }, "alice", "bob", "carol", "dave");

const envWith = (seed: string): GroupEnv => ({
  suite: suite3,
  policy: defaultPolicy,
  random: createSeededRandom(seed).bytes,
});

describe("purity", () => {
  it("[ML-2] no function changes what it is given", () => {
    permitNonceReuse("the same state sends several times, on purpose");
    const world = four("unchanged");
    const alice = stateOf(world, "alice");
    const erin = keyPackageOf(world, "erin");
    const env = envOf(world, "alice");
    const proposals = [addOf(erin), removeOf(world, "dave")];
    const options = deepFreeze({ proposals });
    const made = expectUnchanged([alice, options], () =>
      expectOk(createCommit(deepFreeze(alice), env, options)),
    );
    const proposed = expectUnchanged(alice, () =>
      expectOk(
        createProposal(alice, env, { proposal: { kind: "own-update" } }),
      ),
    );
    const spoken = expectUnchanged(alice, () =>
      expectOk(protectApplication(alice, env, { data: encodeUtf8("hi") })),
    );
    for (const name of world.states.keys()) {
      const state = deepFreeze(
        name === "alice" ? made.state : stateOf(world, name),
      );
      for (const { message } of [made, proposed, spoken]) {
        const incoming = { message, pending: [made.pending] };
        expectUnchanged([state, incoming], () =>
          processMessage(state, envOf(world, name), deepFreeze(incoming)),
        );
      }
    }
    deliver(world, made.message);
    const outcome = processMessage(made.state, env, {
      message: made.message,
      pending: [made.pending],
    });
    if (outcome.kind !== "applied") throw new Error(wordOf(outcome));
    const after = deepFreeze(outcome.state);
    const { pending } = made;
    const [welcome] = expectUnchanged([after, pending], () =>
      expectOk(buildWelcome(after, env, { pending: deepFreeze(pending) })),
    );
    const join = deepFreeze({
      welcome: welcome ?? new Uint8Array(),
      own: erin,
      tree: encodeTree(after),
    });
    expectUnchanged(join, () => expectOk(joinGroup(env, join)));
    expectUnchanged(after, () => {
      const later = expectOk(
        protectApplication(after, env, { data: after.contextBytes }),
      );
      const delta = messageDelta(after, later.state);
      expectOk(applyMessageDelta(suite3, after, delta));
      const commitPart = encodeCommitPart(after);
      const messagePart = encodeMessagePart(after);
      expectOk(decodeState(suite3, { commitPart, messagePart }));
    });
  });

  it("[ML-2] same state, same random bytes, same message, pending and next state", () => {
    permitNonceReuse("the same run twice");
    const world = four("deterministic");
    const run = () => {
      const env = envWith("one seed");
      const state = stateOf(world, "alice");
      const { message, pending } = expectOk(
        createCommit(state, env, {
          proposals: [removeOf(world, "dave")],
        }),
      );
      const outcome = show(world, "bob", message);
      if (!("state" in outcome)) throw new Error(wordOf(outcome));
      return [
        message,
        encodePendingCommit(pending),
        encodeCommitPart(outcome.state),
        encodeMessagePart(outcome.state),
      ];
    };
    expect(run()).toEqual(run());
  });
});

describe("hostile bytes", () => {
  /** One of each kind of message in one world, none of them delivered. */
  function samples(world: World): readonly Uint8Array[] {
    const erin = keyPackageOf(world, "erin");
    return [
      prepare(world, "alice", {
        proposals: [addOf(erin), removeOf(world, "dave")],
      }).message,
      prepare(world, "alice", { wireFormat: "public" }).message,
      prepare(world, "bob", {
        proposals: [addOf(erin)],
        wireFormat: "public",
      }).message,
      expectOk(
        createProposal(stateOf(world, "bob"), envOf(world, "bob"), {
          proposal: { kind: "own-update" },
          wireFormat: "public",
        }),
      ).message,
      say(world, "alice", "hello"),
    ];
  }

  /** What another member makes of it; the state that follows must still be one. */
  function read(world: World, message: Uint8Array): string {
    const outcome = show(world, "carol", message);
    if (outcome.kind === "applied" || outcome.kind === "refused")
      encodeMessagePart(outcome.state);
    return wordOf(outcome);
  }

  it("[ML-3] N17 N20: damaged, cut and extended messages never throw, and none is applied", () => {
    const world = four("hostile");
    const random = createSeededRandom("hostile messages");
    for (const sample of samples(world)) {
      for (let i = 0; i < 150; i++) {
        expect(read(world, mutateBytes(sample, random))).toMatch(
          /^(refused|ignored) /,
        );
      }
      const longer = new Uint8Array(sample.length + 1);
      longer.set(sample);
      expect(read(world, longer)).toBe("refused malformed");
      expect(read(world, sample.subarray(0, -1))).toBe("refused malformed");
    }
  });

  it("[ML-3] N16: another protocol version is malformed", () => {
    const world = four("version");
    for (const sample of samples(world)) {
      expect(read(world, sample.with(1, 2))).toBe("refused malformed");
    }
  });

  it("[ML-3] random bytes are malformed or not for members", () => {
    const world = four("noise");
    const random = createSeededRandom("noise");
    for (let i = 0; i < 200; i++) {
      const noise = random.bytes(random.int(200));
      noise.set([0, 1, 0, random.int(7)].slice(0, noise.length));
      expect(read(world, noise)).toMatch(/^(refused|ignored) /);
    }
  });

  it("[ML-3] damaged Welcomes and trees never throw, and none is accepted", () => {
    const world = four("hostile welcome");
    const erin = keyPackageOf(world, "erin");
    const { message, pending } = prepare(world, "alice", {
      proposals: [addOf(erin)],
      forcePath: true,
    });
    deliver(world, message);
    const state: GroupState = stateOf(world, "alice");
    const [welcome] = expectOk(
      buildWelcome(state, envOf(world, "alice"), { pending }),
    );
    if (welcome === undefined) throw new Error("no Welcome");
    const tree = encodeTree(state);
    const random = createSeededRandom("hostile welcomes");
    for (let i = 0; i < 150; i++) {
      const env = envOf(world, "erin");
      const damaged = {
        welcome: mutateBytes(welcome, random),
        own: erin,
        tree,
      };
      expect(joinGroup(env, damaged).ok).toBe(false);
      const planted = { welcome, own: erin, tree: mutateBytes(tree, random) };
      expect(joinGroup(env, planted).ok).toBe(false);
    }
    expect(
      joinGroup(envOf(world, "erin"), { welcome, own: erin, tree }).ok,
    ).toBe(true);
  });

  it("[ML-10] all members say the same of a damaged handshake", () => {
    const world = four("same verdict");
    const random = createSeededRandom("same verdict");
    propose(world, "dave", { proposal: { kind: "own-update" } });
    const { message } = prepare(world, "alice", { wireFormat: "public" });
    for (let i = 0; i < 100; i++) {
      const damaged = mutateBytes(message, random);
      const verdicts = ["bob", "carol", "dave"].map((name) =>
        wordOf(show(world, name, damaged)),
      );
      expect(new Set(verdicts).size).toBe(1);
    }
    expect(leafOf(world, "dave")).toBe(3);
    commit(world, "bob");
  });
});
