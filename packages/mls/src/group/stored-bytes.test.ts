// What was damaged where it lay is refused when it is read, or when it is first asked to fit.
import { ready } from "@halqa/crypto";
import type { KeyPair } from "@halqa/crypto";
import { beforeAll, describe, expect, it } from "vitest";
import {
  applyMessageDelta,
  buildWelcome,
  createProposal,
  decodeOwnKeyPackage,
  decodePendingCommit,
  decodeState,
  encodeCommitPart,
  encodeMessagePart,
  encodeOwnKeyPackage,
  encodePendingCommit,
  joinGroup,
  messageDelta,
  processMessage,
  suite3,
} from "../index.ts";
import type { GroupState, OwnKeyPackage, PendingCommit } from "../index.ts";
import {
  addOf,
  codeOf,
  commit,
  createWorld,
  deliver,
  envOf,
  expectOk,
  keyPackageOf,
  leafOf,
  prepare,
  propose,
  stateOf,
  wordOf,
} from "../testing/group-world.ts";
import type { World } from "../testing/group-world.ts";

beforeAll(() => ready);

const SHORT = new Uint8Array(31).fill(7);
const OTHER = new Uint8Array(32).fill(7);

const four = (seed: string): World =>
  createWorld({ seed }, "alice", "bob", "carol", "dave");

const partsOf = (state: GroupState) => ({
  commitPart: encodeCommitPart(state),
  messagePart: encodeMessagePart(state),
});

const isRead = (state: GroupState): boolean =>
  decodeState(suite3, partsOf(state)).ok;

/** Alice, with keys above her leaf, two cached Updates, one of them her own, and a past epoch. */
function storedState(seed: string): { world: World; state: GroupState } {
  const world = four(seed);
  commit(world, "alice", { forcePath: true });
  propose(world, "carol", { proposal: { kind: "own-update" } });
  propose(world, "alice", { proposal: { kind: "own-update" } });
  return { world, state: stateOf(world, "alice") };
}

describe("a stored state", () => {
  it("[ML-83] with a secret, hash or key of another length is refused", () => {
    const { state } = storedState("lengths");
    expect(isRead(state)).toBe(true);
    const { own, secrets, past, sent, context } = state;
    for (const name of Object.keys(secrets)) {
      const changed = { ...secrets, [name]: SHORT };
      expect([name, isRead({ ...state, secrets: changed })]).toEqual([
        name,
        false,
      ]);
    }
    expect(past.length).toBeGreaterThan(0);
    const [first] = sent;
    if (first?.kind !== "proposal" || first.updateKeys === undefined)
      throw new Error("no own Update");
    const { updateKeys } = first;
    const withKeys = (keys: Partial<typeof updateKeys>): GroupState => ({
      ...state,
      sent: [{ ...first, updateKeys: { ...updateKeys, ...keys } }],
    });
    const short = { ...updateKeys.leafKey, secretKey: SHORT };
    const damaged: GroupState[] = [
      { ...state, own: { ...own, signatureSeed: SHORT } },
      { ...state, confirmationTag: SHORT },
      { ...state, interimTranscriptHash: SHORT },
      { ...state, context: { ...context, cipherSuite: 2 } },
      {
        ...state,
        past: past.map((one) => ({ ...one, senderDataSecret: SHORT })),
      },
      withKeys({ leafKey: short }),
      withKeys({ signatureSeed: SHORT }),
      { ...state, sent: [{ ...first, messageHash: SHORT }] },
      { ...state, sent: [{ ...first, reference: SHORT }] },
    ];
    expect(damaged.map(isRead)).toEqual(damaged.map(() => false));
  });

  it("[ML-83] with the private keys of others or of other nodes, or without its leaf's, is refused", () => {
    const { world, state } = storedState("private path");
    const rows = [...state.own.privatePath];
    const [leafRow, ...above] = rows;
    if (leafRow === undefined || above.length === 0) throw new Error("no path");
    const isPathRead = (changed: readonly (readonly [number, KeyPair])[]) =>
      isRead({
        ...state,
        own: { ...state.own, privatePath: new Map(changed) },
      });
    expect(isPathRead([leafRow])).toBe(true);
    expect(isPathRead(above)).toBe(false);
    expect(isPathRead([])).toBe(false);
    const foreign = leafOf(world, "dave") * 2;
    const [, pair] = leafRow;
    expect(isPathRead([...rows, [foreign, pair]])).toBe(false);
    expect(isPathRead([...rows, [2 ** 32 - 1, pair]])).toBe(false);
    expect(isPathRead(rows.map(([at]) => [at, pair]))).toBe(false);
    expect(
      isPathRead(rows.map(([at, one]) => [at, { ...one, secretKey: SHORT }])),
    ).toBe(false);
    const other = { ...state.own, signatureSeed: OTHER };
    expect(isRead({ ...state, own: other })).toBe(false);
  });

  it("[ML-83] with a cached proposal of nobody, own or not, is refused, in a delta too", () => {
    const { state } = storedState("nobody");
    expect(state.proposals.size).toBe(2);
    for (const wanted of state.proposals.keys()) {
      for (const sender of [4, 4000, 2 ** 32 - 1]) {
        const proposals = new Map(
          [...state.proposals].map(([key, one]) => [
            key,
            key === wanted ? { ...one, sender } : one,
          ]),
        );
        expect(isRead({ ...state, proposals })).toBe(false);
        const before = { ...state, proposals: new Map() };
        const delta = messageDelta(before, { ...state, proposals });
        expect(applyMessageDelta(suite3, before, delta).ok).toBe(false);
      }
    }
  });

  it("[ML-83] with a tree that is not that of its epoch is refused", () => {
    const { world, state } = storedState("other tree");
    commit(world, "bob", { forcePath: true });
    const { tree } = stateOf(world, "carol");
    expect(isRead({ ...state, tree })).toBe(false);
  });

  it("[ML-83] in an epoch of 2^63 or more is refused", () => {
    const { state } = storedState("late epoch");
    const inEpoch = (epoch: bigint): GroupState => ({
      ...state,
      context: { ...state.context, epoch },
    });
    expect(isRead(inEpoch(2n ** 63n - 1n))).toBe(true);
    expect(isRead(inEpoch(2n ** 63n))).toBe(false);
    expect(isRead(inEpoch(2n ** 64n - 1n))).toBe(false);
  });
});

describe("a stored delta", () => {
  it("[ML-88] applied twice changes nothing, and one that gives a sent message another meaning is refused", () => {
    const world = four("twice");
    const before = stateOf(world, "alice");
    const made = expectOk(
      createProposal(before, envOf(world, "alice"), {
        proposal: { kind: "remove", removed: leafOf(world, "dave") },
        wireFormat: "public",
      }),
    );
    const delta = messageDelta(before, made.state);
    const once = expectOk(applyMessageDelta(suite3, before, delta));
    const twice = expectOk(applyMessageDelta(suite3, once, delta));
    expect(once.sent).toHaveLength(1);
    expect(partsOf(twice)).toEqual(partsOf(once));
    const sent = made.state.sent.map(({ messageHash }) => ({
      kind: "commit" as const,
      messageHash,
    }));
    const other = messageDelta(before, { ...made.state, sent });
    expect(applyMessageDelta(suite3, once, other).ok).toBe(false);
  });
});

describe("a proposal made twice", () => {
  it("[ML-81] leads by its delta to the state that is stored, in either framing", () => {
    for (const wireFormat of ["public", "private"] as const) {
      const world = four(`made twice ${wireFormat}`);
      let state = stateOf(world, "alice");
      for (let i = 0; i < 2; i++) {
        const made = expectOk(
          createProposal(state, envOf(world, "alice"), {
            proposal: { kind: "remove", removed: leafOf(world, "dave") },
            wireFormat,
          }),
        );
        const delta = messageDelta(state, made.state);
        const applied = expectOk(applyMessageDelta(suite3, state, delta));
        expect(partsOf(applied)).toEqual(partsOf(made.state));
        state = made.state;
      }
      expect(isRead(state)).toBe(true);
    }
  });
});

/** A path commit of alice's that adds erin, everywhere but with alice. */
function pendingCommit(seed: string) {
  const world = four(seed);
  const own = keyPackageOf(world, "erin");
  const { message, pending } = prepare(world, "alice", {
    proposals: [addOf(own)],
    forcePath: true,
  });
  const { path } = pending;
  if (path === undefined) throw new Error("no path");
  const see = (changed: PendingCommit): string =>
    wordOf(
      processMessage(stateOf(world, "alice"), envOf(world, "alice"), {
        message,
        pending: [changed],
      }),
    );
  return { world, own, message, pending, path, see };
}

describe("a pending commit", () => {
  it("[ML-83] whose private half is not of its message is refused when it is read", () => {
    const { world, pending, path } = pendingCommit("halves");
    const pathless = prepare(world, "alice", {
      proposals: [addOf(keyPackageOf(world, "frank"))],
    }).pending;
    expect(pathless.path).toBeUndefined();
    const damaged: PendingCommit[] = [
      { ...pending, path: undefined },
      { ...pathless, path },
      { ...pending, content: SHORT },
      { ...pending, epoch: pending.epoch + 1n },
      { ...pending, groupId: OTHER },
      { ...pending, path: { ...path, signatureSeed: SHORT } },
    ];
    for (const one of [pending, pathless])
      expect(decodePendingCommit(encodePendingCommit(one)).ok).toBe(true);
    for (const one of damaged)
      expect(decodePendingCommit(encodePendingCommit(one)).ok).toBe(false);
  });

  it("[ML-87] is applied with the whole path of its message only", () => {
    const { world, message, pending, path, see } = pendingCommit("whole");
    const leaf = leafOf(world, "alice") * 2;
    const leafKey = path.keys.get(leaf);
    if (leafKey === undefined) throw new Error("no leaf key");
    const other = keyPackageOf(world, "grace").leafKey;
    const short = { ...leafKey, secretKey: SHORT };
    const mixed = { ...leafKey, secretKey: other.secretKey };
    const withKeys = (change: (keys: Map<number, KeyPair>) => void) => {
      const keys = new Map(path.keys);
      change(keys);
      return { ...pending, path: { ...path, keys } };
    };
    const secrets = new Map([...path.secrets].map(([at]) => [at, SHORT]));
    expect(secrets.size).toBeGreaterThan(0);
    const [joiner] = pending.joiners;
    if (joiner === undefined) throw new Error("no joiner");
    const damaged: PendingCommit[] = [
      { ...pending, path: undefined },
      withKeys((keys) => keys.clear()),
      withKeys((keys) => keys.delete(leaf)),
      withKeys((keys) => keys.delete([...keys.keys()].at(-1) ?? leaf)),
      withKeys((keys) => keys.set(leaf, other)),
      withKeys((keys) => keys.set(leaf, short)),
      withKeys((keys) => keys.set(leaf, mixed)),
      withKeys((keys) => keys.set(leafOf(world, "dave") * 2, other)),
      withKeys((keys) => keys.set([...keys.keys()].at(-1) ?? leaf, other)),
      { ...pending, path: { ...path, signatureSeed: OTHER } },
      { ...pending, path: { ...path, signatureSeed: SHORT } },
      { ...pending, path: { ...path, secrets } },
      { ...pending, joinerSecret: SHORT },
      { ...pending, pskSecret: SHORT },
      { ...pending, joiners: [{ ...joiner, initKey: SHORT }] },
    ];
    expect(damaged.map(see)).toEqual(
      damaged.map(() => "halted missing-pending"),
    );
    expect(see(pending)).toBe("applied commit");
    const outcomes = deliver(world, message);
    expect([...outcomes.values()].map(wordOf)).toContain("applied commit");
  });
});

describe("an own KeyPackage", () => {
  it("[ML-83] whose private half names other public keys, or has a seed of another length, is refused when it is read", () => {
    const world = four("package");
    const own = keyPackageOf(world, "erin");
    const other = keyPackageOf(world, "erin");
    const damaged: OwnKeyPackage[] = [
      { ...own, initKey: other.initKey },
      { ...own, leafKey: other.leafKey },
      { ...own, signatureSeed: SHORT },
    ];
    expect(decodeOwnKeyPackage(encodeOwnKeyPackage(own)).ok).toBe(true);
    for (const one of damaged)
      expect(decodeOwnKeyPackage(encodeOwnKeyPackage(one)).ok).toBe(false);
  });

  it("[ML-86] with a leaf key or seed that is not its leaf's does not join", () => {
    const { world, own, message, pending } = pendingCommit("join");
    deliver(world, message);
    const made = buildWelcome(stateOf(world, "alice"), envOf(world, "alice"), {
      pending,
      treeInWelcome: true,
    });
    const [welcome] = expectOk(made);
    if (welcome === undefined) throw new Error("no Welcome");
    const other = keyPackageOf(world, "erin");
    const { leafKey, initKey } = own;
    const damaged: OwnKeyPackage[] = [
      { ...own, leafKey: other.leafKey },
      { ...own, leafKey: { ...leafKey, secretKey: other.leafKey.secretKey } },
      { ...own, leafKey: { ...leafKey, secretKey: SHORT } },
      { ...own, leafKey: { ...leafKey, publicKey: SHORT } },
      { ...own, signatureSeed: OTHER },
      { ...own, signatureSeed: SHORT },
      { ...own, initKey: { ...initKey, secretKey: SHORT } },
    ];
    const answers = damaged.map((one) =>
      codeOf(joinGroup(envOf(world, "erin"), { welcome, own: one })),
    );
    expect(answers).toEqual(damaged.map(() => "own-keys"));
    expect(joinGroup(envOf(world, "erin"), { welcome, own }).ok).toBe(true);
  });
});
