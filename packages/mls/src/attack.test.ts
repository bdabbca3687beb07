// Attacks by a fresh reviewer: a member with valid keys, a relay, a thief of a stored state, damaged bytes on disk.
// A test whose name ends in "(open)" fails until the finding in it is settled.
import { encodeUtf8 } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import { openPrivate, sealPrivate } from "./framing/private-message.ts";
import { protectPublic } from "./framing/public-message.ts";
import { rosterOf } from "./group/roster.ts";
import { signContent } from "./group/send-handshake.ts";
import { welcomeKeys } from "./group/welcome-keys.ts";
import {
  applyMessageDelta,
  buildWelcome,
  createCapabilities,
  createCommit,
  createGroup,
  createKeyPackage,
  createProposal,
  decodeMlsMessage,
  decodeOwnKeyPackage,
  decodePendingCommit,
  decodeState,
  defaultPolicy,
  encodeCommitPart,
  encodeMessagePart,
  encodeMlsMessage,
  encodeOwnKeyPackage,
  encodePendingCommit,
  encodeRequiredCapabilities,
  encodeTree,
  epochAuthenticator,
  exportSecret,
  joinGroup,
  messageDelta,
  processMessage,
  protectApplication,
  suite3,
} from "./index.ts";
import type {
  GroupEnv,
  GroupState,
  Outcome,
  OwnKeyPackage,
  PendingCommit,
  Proposal,
} from "./index.ts";
import {
  encryptWithLabel,
  makeKeyPackageRef,
  signWithLabel,
} from "./labeled.ts";
import { messageKey, nextMessageKey } from "./schedule/secret-tree.ts";
import type { SecretTree } from "./schedule/secret-tree.ts";
import { encodeGroupInfo, groupInfoTbs } from "./structs/group-info.ts";
import { encodeKeyPackage } from "./structs/key-package.ts";
import { encodeGroupSecrets } from "./structs/welcome.ts";
import type { GroupSecrets } from "./structs/welcome.ts";
import { forgeCommit, forgeMessage, sealForgery } from "./testing/forge.ts";
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
  leafOf,
  leafOptions,
  prepare,
  propose,
  remove,
  removeOf,
  say,
  show,
  stateOf,
  welcome as welcomeAll,
  wordOf,
  words,
} from "./testing/group-world.ts";
import type { World } from "./testing/group-world.ts";
import { signLeaf } from "./tree/leaf-signature.ts";
import { leafAt } from "./tree/ratchet-tree.ts";

beforeAll(() => ready);

const four = (seed: string): World =>
  createWorld({ seed }, "alice", "bob", "carol", "mallory");

const partsOf = (state: GroupState) => ({
  commitPart: encodeCommitPart(state),
  messagePart: encodeMessagePart(state),
});

/** What a call does to a caller: answers, or throws. */
function endOf(act: () => unknown): string {
  try {
    act();
    return "answers";
  } catch (error) {
    return `throws ${String(error)}`;
  }
}

/** The message of `victim` sealed again by any member, who knows every ratchet: the signature covers no generation. */
function reseal(
  world: World,
  o: {
    /** Mallory's state from before the message was seen. */
    readonly before: GroupState;
    readonly message: Uint8Array;
    /** Generations to go on from the message's own; 0 takes the same key. */
    readonly ahead: number;
    readonly tamperTag?: boolean;
  },
): Uint8Array {
  const decoded = expectOk(decodeMlsMessage(o.message));
  if (decoded.kind !== "private") throw new Error("not private");
  const { suite } = world;
  const { senderDataSecret } = o.before.secrets;
  const opened = expectOk(
    openPrivate(suite, {
      message: decoded.message,
      secretTree: o.before.secretTree,
      senderDataSecret,
      limits: { maxForward: 64, maxSkipped: 64 },
      isMember: () => true,
    }),
  );
  const { authenticatedContent } = opened;
  const { sender, content } = authenticatedContent.content;
  if (sender.kind !== "member") throw new Error("not a member");
  const type = content.kind === "application" ? "application" : "handshake";
  let secretTree: SecretTree = o.before.secretTree;
  for (;;) {
    const next = nextMessageKey(suite, secretTree, {
      leaf: sender.leafIndex,
      type,
    });
    if (next === undefined) throw new Error("exhausted");
    if (next.generation >= opened.generation + o.ahead) break;
    secretTree = next.tree;
  }
  const { signature, confirmationTag } = authenticatedContent.auth;
  const tag =
    o.tamperTag === true ? confirmationTag?.toReversed() : confirmationTag;
  const sealed = expectOk(
    sealPrivate(suite, {
      authenticatedContent: {
        ...authenticatedContent,
        auth: { signature, confirmationTag: tag },
      },
      secretTree,
      senderDataSecret,
      padding: 0,
      random: envOf(world, "mallory").random,
    }),
  );
  return encodeMlsMessage({ kind: "private", message: sealed.message });
}

describe("a member who seals another's signed words again", () => {
  it("[ML-18] cannot halt the author of a proposal", () => {
    const world = four("reseal proposal");
    const before = stateOf(world, "mallory");
    const made = expectOk(
      createProposal(stateOf(world, "alice"), envOf(world, "alice"), {
        proposal: { kind: "own-update" },
      }),
    );
    world.states.set("alice", made.state);
    deliver(world, made.message);
    const echo = reseal(world, { before, message: made.message, ahead: 1 });
    expect(wordOf(show(world, "bob", echo))).toBe("refused consumed");
    expect(show(world, "alice", echo).kind).not.toBe("halted");
  });

  it("[ML-18] cannot make the author of a chat message look like two devices", () => {
    const world = four("reseal chat");
    const before = stateOf(world, "mallory");
    const message = say(world, "alice", "hello");
    deliver(world, message);
    const echo = reseal(world, { before, message, ahead: 1 });
    expect(wordOf(show(world, "alice", echo))).not.toBe(
      "ignored own-leaf-elsewhere",
    );
  });

  // The signature covers no generation (RFC 9420, 6.1), so a copy under another one is authentic and read again. The engine
  // cannot remember every message of an epoch; the application drops what has an id that it has seen (ML-143).
  it.fails("[ML-143] cannot make a message be read twice", () => {
    const world = four("reseal twice");
    const before = stateOf(world, "mallory");
    const message = say(world, "alice", "I vote yes");
    deliver(world, message);
    const echo = reseal(world, { before, message, ahead: 1 });
    expect(wordOf(show(world, "bob", echo))).not.toBe("applied application");
  });

  it("[ML-16] cannot burn the author's next messages once the author has seen the copy", () => {
    const world = four("burn chat");
    const before = stateOf(world, "mallory");
    const message = say(world, "alice", "one");
    deliver(world, message);
    const echo = reseal(world, { before, message, ahead: 1 });
    deliver(world, echo);
    const second = say(world, "alice", "two");
    expect(wordOf(show(world, "bob", second))).toBe("applied application");
  });

  // Inherent in the framing: whoever is in the group can take the generation of a message that is under way.
  it.fails("[ML-16] cannot burn a message that is under way", () => {
    const world = four("burn under way");
    const before = stateOf(world, "mallory");
    const message = say(world, "alice", "one");
    deliver(world, message);
    const second = say(world, "alice", "two");
    deliver(world, reseal(world, { before, message, ahead: 1 }));
    expect(wordOf(show(world, "bob", second))).toBe("applied application");
  });

  it("[ML-16] a copy under the generation of a commit under way splits nobody, whatever came first", () => {
    for (const isFirst of [true, false]) {
      const world = four(`burn in any order ${isFirst}`);
      const before = stateOf(world, "mallory");
      const made = expectOk(
        createProposal(stateOf(world, "alice"), envOf(world, "alice"), {
          proposal: { kind: "own-update" },
        }),
      );
      world.states.set("alice", made.state);
      const { message } = prepare(world, "alice", { references: [] });
      const copy = reseal(world, { before, message: made.message, ahead: 1 });
      const log = isFirst ? [copy, made.message] : [made.message, copy];
      for (const entry of log) deliver(world, entry);
      const seen = words(deliver(world, message));
      // A copy that the relay puts before the original takes the commit's key, from its author as from everyone.
      const expected = isFirst ? "refused consumed" : "applied commit";
      expect(new Set(Object.values(seen))).toEqual(new Set([expected]));
      commit(world, "alice");
      expect(isAgreed(world)).toBe(true);
    }
  });

  it("[ML-10] cannot split the author's commit from the others by burning its generation", () => {
    const world = four("burn commit");
    const before = stateOf(world, "mallory");
    const made = expectOk(
      createProposal(stateOf(world, "alice"), envOf(world, "alice"), {
        proposal: { kind: "own-update" },
      }),
    );
    world.states.set("alice", made.state);
    deliver(world, made.message);
    const echo = reseal(world, { before, message: made.message, ahead: 1 });
    // Alice's commit is under way when the echo reaches the log before it.
    const { message } = prepare(world, "alice", { references: [] });
    for (const name of ["bob", "carol", "mallory"]) deliver(world, echo, name);
    const verdicts = new Set(
      ["alice", "bob", "carol"].map((name) => show(world, name, message).kind),
    );
    expect([...verdicts]).toEqual(["applied"]);
  });

  it("[ML-13] cannot halt the circle with a steward's commit and a tag of its own", () => {
    const world = four("foreign tag");
    const before = stateOf(world, "mallory");
    const { message } = prepare(world, "alice", { forcePath: true });
    const echo = reseal(world, {
      before,
      message,
      ahead: 0,
      tamperTag: true,
    });
    for (const name of ["bob", "carol"])
      expect(show(world, name, echo).kind).not.toBe("halted");
  });

  it("[ML-13] cannot halt the circle alone, without the relay, once a steward has proposed and then commits", () => {
    const world = four("alone");
    const before = stateOf(world, "mallory");
    const made = expectOk(
      createProposal(stateOf(world, "alice"), envOf(world, "alice"), {
        proposal: { kind: "own-update" },
      }),
    );
    world.states.set("alice", made.state);
    deliver(world, made.message);
    // Alice commits while Mallory's copy of her proposal takes the commit's generation.
    const { message } = prepare(world, "alice", { references: [] });
    const echo = reseal(world, { before, message: made.message, ahead: 1 });
    for (const name of ["bob", "carol"]) {
      deliver(world, echo, name);
      deliver(world, message, name);
    }
    const broken = reseal(world, {
      before,
      message,
      ahead: 1,
      tamperTag: true,
    });
    const kinds = ["bob", "carol"].map(
      (name) => show(world, name, broken).kind,
    );
    expect(kinds).not.toContain("halted");
  });

  it("[ML-18] cannot do anything with a proposal in a PublicMessage, whose bytes its content fixes", () => {
    const world = four("public echo");
    const made = expectOk(
      createProposal(stateOf(world, "alice"), envOf(world, "alice"), {
        proposal: { kind: "own-update" },
        wireFormat: "public",
      }),
    );
    world.states.set("alice", made.state);
    deliver(world, made.message);
    expect(new Set(Object.values(words(deliver(world, made.message))))).toEqual(
      new Set(["refused consumed"]),
    );
  });

  it("[ML-13] cannot do so with a PublicMessage either, whose tag no signature covers", () => {
    const world = four("foreign public tag");
    const { message } = prepare(world, "alice", {
      forcePath: true,
      wireFormat: "public",
    });
    const decoded = expectOk(decodeMlsMessage(message));
    if (decoded.kind !== "public") throw new Error("not public");
    const { content, auth } = decoded.message;
    const state = stateOf(world, "mallory");
    const changed = protectPublic(world.suite, {
      authenticatedContent: {
        wireFormat: "public",
        content,
        auth: { ...auth, confirmationTag: new Uint8Array(32) },
      },
      membershipKey: state.secrets.membershipKey,
      groupContext: state.contextBytes,
    });
    const echo = encodeMlsMessage({ kind: "public", message: changed });
    const kinds = ["alice", "bob", "carol"].map(
      (name) => show(world, name, echo).kind,
    );
    expect(kinds).not.toContain("halted");
  });

  it("[ML-12] a path-less commit with another tag is refused by all, and the author goes on", () => {
    const world = four("foreign pathless tag");
    const before = stateOf(world, "mallory");
    const { message } = prepare(world, "alice", {
      proposals: [addOf(keyPackageOf(world, "erin"))],
    });
    const echo = reseal(world, {
      before,
      message,
      ahead: 1,
      tamperTag: true,
    });
    expect(wordOf(show(world, "bob", echo))).toBe(
      "refused bad-confirmation-tag",
    );
    expect(show(world, "alice", echo).kind).not.toBe("halted");
  });

  it("[ML-10] with the relay's help, cannot make the author refuse what all others follow", () => {
    const world = four("in its place");
    const before = stateOf(world, "mallory");
    const made = expectOk(
      createProposal(stateOf(world, "alice"), envOf(world, "alice"), {
        proposal: { kind: "own-update" },
      }),
    );
    world.states.set("alice", made.state);
    // The relay stores Mallory's copy and drops the original.
    const copy = reseal(world, { before, message: made.message, ahead: 0 });
    deliver(world, copy);
    const { message } = prepare(world, "bob");
    expect(wordOf(show(world, "carol", message))).toBe("applied commit");
    expect(show(world, "alice", message).kind).not.toBe("refused");
  });

  it("[ML-18] with the relay's help, cannot leave the author behind without a word", () => {
    const world = four("commit in its place");
    const before = stateOf(world, "mallory");
    const { message } = prepare(world, "alice", { forcePath: true });
    const copy = reseal(world, { before, message, ahead: 0 });
    expect(wordOf(show(world, "bob", copy))).toBe("applied commit");
    expect(show(world, "alice", copy).kind).not.toBe("ignored");
  });
});

/** An Update of the actor's with an encryption key of the attacker's choice. */
function updateWithKey(
  world: World,
  name: string,
  encryptionKey: Uint8Array,
): Proposal {
  const state = stateOf(world, name);
  const leaf = leafAt(state.tree, state.own.leafIndex);
  if (leaf === undefined) throw new Error("no leaf");
  const leafNode = signLeaf(world.suite, {
    seed: state.own.signatureSeed,
    leaf: {
      credential: leaf.credential,
      capabilities: leaf.capabilities,
      extensions: leaf.extensions,
      encryptionKey,
      source: { kind: "update" },
    },
    place: {
      groupId: state.context.groupId,
      leafIndex: state.own.leafIndex,
    },
  });
  return { kind: "update", leafNode };
}

/** Sends a proposal that is properly signed and sealed, and advances the sender's own ratchet. */
function sendProposal(world: World, name: string, proposal: Proposal): Outcome {
  const message = forgeMessage(world, name, {
    content: { kind: "proposal", proposal },
    wireFormat: "public",
  });
  let last: Outcome | undefined;
  for (const other of world.states.keys()) {
    if (other === name) continue;
    last = deliver(world, message, other).get(other);
  }
  if (last === undefined) throw new Error("nobody there");
  return last;
}

function keyAt(world: World, name: string): Uint8Array {
  const state = stateOf(world, name);
  const leaf = leafAt(state.tree, state.own.leafIndex);
  if (leaf === undefined) throw new Error("no leaf");
  return leaf.encryptionKey;
}

const refusalOf = (world: World, name: string, o: object = {}): string =>
  codeOf(createCommit(stateOf(world, name), envOf(world, name), o));

describe("a member who seals another's words far ahead", () => {
  it("[ML-33] moves no ratchet to generation 64 or beyond", () => {
    const world = four("reseal far");
    const before = stateOf(world, "mallory");
    const made = expectOk(
      createProposal(stateOf(world, "alice"), envOf(world, "alice"), {
        proposal: { kind: "own-update" },
      }),
    );
    world.states.set("alice", made.state);
    deliver(world, made.message);
    for (const ahead of [64, 65, 70]) {
      const echo = reseal(world, { before, message: made.message, ahead });
      for (const name of ["alice", "bob", "carol"]) {
        const outcome = show(world, name, echo);
        expect(wordOf(outcome)).toBe("refused too-far");
        expect("state" in outcome && outcome.state).toBe(stateOf(world, name));
      }
    }
  });

  it("[ML-66] cannot bring a proposal into the next epoch", () => {
    const world = four("reseal late");
    const before = stateOf(world, "mallory");
    const made = expectOk(
      createProposal(stateOf(world, "alice"), envOf(world, "alice"), {
        proposal: { kind: "own-update" },
      }),
    );
    world.states.set("alice", made.state);
    deliver(world, made.message);
    commit(world, "bob", { references: [] });
    const echo = reseal(world, { before, message: made.message, ahead: 3 });
    expect(new Set(Object.values(words(deliver(world, echo))))).toEqual(
      new Set(["ignored past-epoch"]),
    );
  });
});

describe("a member who fills the cache with what cannot be committed", () => {
  it("[ML-60] an Update with another's encryption key does not stop commits over the cache", () => {
    const world = four("poison update");
    const poison = updateWithKey(world, "mallory", keyAt(world, "bob"));
    sendProposal(world, "mallory", poison);
    expect(refusalOf(world, "alice")).toBe("ok");
  });

  it("[ML-60] an Update with the key of a parent does not either", () => {
    const world = four("poison parent");
    commit(world, "alice", { forcePath: true });
    const state = stateOf(world, "alice");
    const parent = state.tree.nodes[1];
    if (parent?.kind !== "parent") throw new Error("no parent");
    const key = parent.parent.encryptionKey;
    sendProposal(world, "mallory", updateWithKey(world, "mallory", key));
    expect(refusalOf(world, "bob")).toBe("ok");
  });

  it("[ML-60] an Add with another's encryption key does not stop its sender's removal", () => {
    const world = four("poison add");
    const own = createKeyPackage(envOf(world, "erin"), {
      ...leafOptions(world, "erin"),
    });
    const { leafNode } = own.keyPackage;
    const clash = signLeaf(world.suite, {
      seed: own.signatureSeed,
      leaf: { ...leafNode, encryptionKey: keyAt(world, "bob") },
      place: undefined,
    });
    const unsigned = { ...own.keyPackage, leafNode: clash };
    const keyPackage = {
      ...unsigned,
      signature: signWithLabel(world.suite, {
        key: own.signatureSeed,
        label: "KeyPackageTBS",
        content: encodeKeyPackage({
          ...unsigned,
          signature: new Uint8Array(),
        }).slice(0, -1),
      }),
    };
    sendProposal(world, "mallory", { kind: "add", keyPackage });
    const proposals = [removeOf(world, "mallory")];
    expect(refusalOf(world, "alice", { proposals })).toBe("ok");
  });

  it("[ML-61] proposals that only together ask too much do not stop commits over the cache", () => {
    const world = createWorld(
      { seed: "poison pair", supports: [0xf0c5] },
      "alice",
      "bob",
      "mallory",
    );
    const data = encodeRequiredCapabilities({
      extensionTypes: [0xf0c5],
      proposalTypes: [],
      credentialTypes: [],
    });
    sendProposal(world, "mallory", {
      kind: "group-context-extensions",
      extensions: [{ type: 3, data }],
    });
    const plain = createKeyPackage(envOf(world, "erin"), {
      ...leafOptions(world, "erin"),
      capabilities: createCapabilities({ suites: [3], credentials: [1] }),
    });
    sendProposal(world, "mallory", addOf(plain));
    expect(refusalOf(world, "alice")).toBe("ok");
  });

  it("[ML-61] Adds that only together are too many do not stop commits over the cache", () => {
    const limits = { ...defaultPolicy.limits, maxLeaves: 4 };
    const world = createWorld(
      { seed: "poison size", policy: { ...defaultPolicy, limits } },
      "alice",
      "bob",
      "mallory",
    );
    for (const name of ["erin", "frank"])
      sendProposal(world, "mallory", addOf(keyPackageOf(world, name)));
    expect(refusalOf(world, "alice")).toBe("ok");
  });

  it("[ML-31] 8 proposals of each member of a group stay the most that is kept", () => {
    const world = four("flood");
    for (let i = 0; i < 12; i++) {
      const update = updateWithKey(
        world,
        "mallory",
        world.suite.kem.deriveKeyPair(envOf(world, "mallory").random(32))
          .publicKey,
      );
      const outcome = sendProposal(world, "mallory", update);
      expect(wordOf(outcome)).toBe(
        i < 8 ? "applied proposal" : "refused too-many-proposals",
      );
    }
    expect(stateOf(world, "alice").proposals.size).toBe(8);
    expect(refusalOf(world, "alice")).toBe("ok");
  });
});

describe("our own proposals", () => {
  it("[ML-31] a ninth one in an epoch is not made, because nobody would keep it", () => {
    const world = four("ninth");
    for (let i = 0; i < 8; i++)
      propose(world, "alice", { proposal: { kind: "own-update" } });
    const made = createProposal(
      stateOf(world, "alice"),
      envOf(world, "alice"),
      { proposal: { kind: "own-update" } },
    );
    expect(made.ok).toBe(false);
  });
});

/** Everything a device does with a state that it read from disk. */
function useState(world: World, state: GroupState, inbox: Uint8Array[]): void {
  const env = envOf(world, "alice");
  for (const message of inbox) processMessage(state, env, { message });
  protectApplication(state, env, { data: encodeUtf8("x") });
  createProposal(state, env, { proposal: { kind: "own-update" } });
  createCommit(state, env, { references: [] });
  createCommit(state, env, { forcePath: true });
  exportSecret(state, env, {
    label: "x",
    context: new Uint8Array(),
    length: 32,
  });
  const parts = partsOf(state);
  expectOk(decodeState(suite3, parts));
}

/** A world whose alice has all kinds of things in her state, with messages that wait for her. */
function storedWorld(seed: string) {
  const world = four(seed);
  commit(world, "bob", { forcePath: true });
  propose(world, "carol", { proposal: { kind: "own-update" } });
  propose(world, "alice", { proposal: { kind: "own-update" } });
  deliver(world, say(world, "mallory", "kept"));
  const inbox = [
    say(world, "bob", "waits"),
    prepare(world, "bob", { references: [], forcePath: true }).message,
    prepare(world, "bob").message,
    prepare(world, "carol", { wireFormat: "public" }).message,
  ];
  return { world, inbox, state: stateOf(world, "alice") };
}

describe("damaged bytes on disk", () => {
  it("[ML-83] a state with a secret or key of another length is refused or usable, never a throw later", () => {
    const { world, inbox, state } = storedWorld("short secrets");
    const short = new Uint8Array(31).fill(1);
    const none = new Uint8Array(0);
    const { own, secrets } = state;
    const [leafNode] = [...own.privatePath.keys()];
    const [, leafKey] = [...own.privatePath][0] ?? [];
    if (leafNode === undefined || leafKey === undefined) throw new Error();
    const withKey = (secretKey: Uint8Array): GroupState => ({
      ...state,
      own: {
        ...own,
        privatePath: new Map(
          [...own.privatePath].map(([at, pair]) => [
            at,
            { ...pair, secretKey },
          ]),
        ),
      },
    });
    const damaged: Record<string, GroupState> = {
      signatureSeed: { ...state, own: { ...own, signatureSeed: short } },
      secretKey: withKey(short),
      noSecretKey: withKey(none),
      ...Object.fromEntries(
        (
          [
            "senderDataSecret",
            "exporterSecret",
            "membershipKey",
            "resumptionPsk",
            "initSecret",
          ] as const
        ).map((name) => [
          name,
          { ...state, secrets: { ...secrets, [name]: none } },
        ]),
      ),
    };
    const ends = Object.entries(damaged).map(([name, one]) => {
      const decoded = decodeState(suite3, partsOf(one));
      if (!decoded.ok) return [name, "answers"];
      return [name, endOf(() => useState(world, decoded.value, inbox))];
    });
    expect(ends.filter(([, end]) => end !== "answers")).toEqual([]);
  });

  it("[ML-83] a cached Update of nobody is refused or harmless", () => {
    const { world, state } = storedWorld("cached sender");
    const proposals = new Map(
      [...state.proposals].map(([key, one]) => [key, { ...one, sender: 4000 }]),
    );
    const decoded = decodeState(suite3, partsOf({ ...state, proposals }));
    if (!decoded.ok) return;
    const env = envOf(world, "alice");
    expect(endOf(() => createCommit(decoded.value, env, {}))).toBe("answers");
  });

  it("[ML-83] a delta with such an Update is refused or harmless", () => {
    const { world, state } = storedWorld("cached delta");
    const before = { ...state, proposals: new Map() };
    const after = {
      ...state,
      proposals: new Map(
        [...state.proposals].map(([key, one]) => [
          key,
          { ...one, sender: 2 ** 32 - 1 },
        ]),
      ),
    };
    const delta = messageDelta(before, after);
    const decoded = applyMessageDelta(suite3, before, delta);
    if (!decoded.ok) return;
    const env = envOf(world, "alice");
    expect(endOf(() => createCommit(decoded.value, env, {}))).toBe("answers");
  });

  it("[ML-83] a state in the last epoch there can be is refused or answers", () => {
    const { world, state, inbox } = storedWorld("last epoch");
    const context = { ...state.context, epoch: 2n ** 64n - 1n };
    const decoded = decodeState(suite3, partsOf({ ...state, context }));
    if (!decoded.ok) return;
    expect(endOf(() => useState(world, decoded.value, inbox))).toBe("answers");
  });

  it("[ML-83] an own KeyPackage with keys of another length is refused or answers", () => {
    const world = four("own package");
    const own = keyPackageOf(world, "erin");
    const { message, pending } = prepare(world, "alice", {
      proposals: [addOf(own)],
    });
    deliver(world, message);
    const [welcome] = expectOk(
      buildWelcome(stateOf(world, "alice"), envOf(world, "alice"), {
        pending,
        treeInWelcome: true,
      }),
    );
    if (welcome === undefined) throw new Error("no Welcome");
    const short = { ...own.initKey, secretKey: new Uint8Array(31) };
    const bytes = encodeOwnKeyPackage({ ...own, initKey: short });
    const decoded = decodeOwnKeyPackage(bytes);
    if (!decoded.ok) return;
    const env = envOf(world, "erin");
    const join = () => joinGroup(env, { welcome, own: decoded.value });
    expect(endOf(join)).toBe("answers");
  });

  it("[ML-83] a pending commit with keys of another length is refused or leads to a state that answers", () => {
    const { world } = storedWorld("pending keys");
    const { message, pending } = prepare(world, "alice", { forcePath: true });
    if (pending.path === undefined) throw new Error("no path");
    const path = { ...pending.path, signatureSeed: new Uint8Array(5) };
    const decoded = decodePendingCommit(
      encodePendingCommit({ ...pending, path }),
    );
    if (!decoded.ok) return;
    const env = envOf(world, "alice");
    const outcome = processMessage(stateOf(world, "alice"), env, {
      message,
      pending: [decoded.value],
    });
    if (outcome.kind !== "applied") return;
    expect(endOf(() => useState(world, outcome.state, []))).toBe("answers");
  });

  it("[ML-83] a pending commit that lost its path does not lead to a state without a leaf key", () => {
    const { world } = storedWorld("pending path");
    const { message, pending } = prepare(world, "alice", { forcePath: true });
    const pathless: PendingCommit = { ...pending, path: undefined };
    const decoded = decodePendingCommit(encodePendingCommit(pathless));
    if (!decoded.ok) return;
    const outcome = processMessage(
      stateOf(world, "alice"),
      envOf(world, "alice"),
      {
        message,
        pending: [decoded.value],
      },
    );
    if (outcome.kind !== "applied") return;
    expect(outcome.state.own.privatePath.size).toBeGreaterThan(0);
  });

  it("[ML-83] one changed octet anywhere in a state never makes a later call throw", () => {
    const { world, inbox, state } = storedWorld("flips");
    const { commitPart, messagePart } = partsOf(state);
    const random = createSeededRandom("flip");
    const flip = (bytes: Uint8Array): Uint8Array => {
      const at = random.bytes(4);
      const place =
        ((at[0] ?? 0) * 65_536 + (at[1] ?? 0) * 256 + (at[2] ?? 0)) %
        bytes.length;
      return bytes.with(place, (bytes[place] ?? 0) ^ (at[3] || 1));
    };
    const thrown = new Set<string>();
    for (let i = 0; i < 250; i++) {
      const parts =
        i % 2 === 0
          ? { commitPart: flip(commitPart), messagePart }
          : { commitPart, messagePart: flip(messagePart) };
      const decoded = decodeState(suite3, parts);
      if (!decoded.ok) continue;
      const end = endOf(() => useState(world, decoded.value, inbox));
      if (end !== "answers") thrown.add(end);
      const all = endOf(() =>
        createCommit(decoded.value, envOf(world, "alice"), {}),
      );
      if (all !== "answers") thrown.add(all);
    }
    expect([...thrown]).toEqual([]);
  });

  it("[ML-83] one changed octet anywhere in a delta is refused or leads to a state that answers", () => {
    const world = four("delta flips");
    const before = stateOf(world, "alice");
    deliver(world, say(world, "mallory", "one"));
    propose(world, "carol", { proposal: { kind: "own-update" } });
    const delta = messageDelta(before, stateOf(world, "alice"));
    const inbox = [say(world, "bob", "waits"), prepare(world, "bob").message];
    const thrown = new Set<string>();
    for (let at = 0; at < delta.length; at++) {
      const changed = delta.with(at, (delta[at] ?? 0) ^ (1 << (at % 8)));
      const decoded = applyMessageDelta(suite3, before, changed);
      if (!decoded.ok) continue;
      const end = endOf(() => {
        const env = envOf(world, "alice");
        for (const message of inbox)
          processMessage(decoded.value, env, { message });
        createCommit(decoded.value, env, {});
      });
      if (end !== "answers") thrown.add(`${at}: ${end}`);
    }
    expect([...thrown]).toEqual([]);
  });
});

describe("damaged halves of what we made", () => {
  it("[ML-83] one changed octet anywhere in a pending commit leads to no throw", () => {
    const { world } = storedWorld("pending flips");
    const { message, pending } = prepare(world, "alice", {
      proposals: [addOf(keyPackageOf(world, "erin"))],
      forcePath: true,
    });
    const bytes = encodePendingCommit(pending);
    const env = envOf(world, "alice");
    const thrown = new Set<string>();
    for (let at = 0; at < bytes.length; at += 2) {
      const changed = bytes.with(at, (bytes[at] ?? 0) ^ (1 << ((at / 2) % 8)));
      const decoded = decodePendingCommit(changed);
      if (!decoded.ok) continue;
      const end = endOf(() => {
        const outcome = processMessage(stateOf(world, "alice"), env, {
          message,
          pending: [decoded.value],
        });
        if (outcome.kind !== "applied") return;
        protectApplication(outcome.state, env, { data: new Uint8Array(1) });
      });
      if (end !== "answers") thrown.add(`${at}: ${end}`);
    }
    expect([...thrown]).toEqual([]);
  });

  it("[ML-83] one changed octet anywhere in an own KeyPackage leads to no throw", () => {
    const { world, own, pending } = invited("package flips", true);
    const [welcome] = expectOk(
      buildWelcome(stateOf(world, "mallory"), envOf(world, "mallory"), {
        pending,
        treeInWelcome: true,
      }),
    );
    if (welcome === undefined) throw new Error("no Welcome");
    const bytes = encodeOwnKeyPackage(own);
    const env = envOf(world, "erin");
    const thrown = new Set<string>();
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.with(at, (bytes[at] ?? 0) ^ (1 << (at % 8)));
      const decoded = decodeOwnKeyPackage(changed);
      if (!decoded.ok) continue;
      const end = endOf(() => {
        const joined = joinGroup(env, { welcome, own: decoded.value });
        if (!joined.ok) return;
        createCommit(joined.value.state, env, { forcePath: true });
      });
      if (end !== "answers") thrown.add(`${at}: ${end}`);
    }
    expect([...thrown]).toEqual([]);
  });

  it("[ML-83] an own KeyPackage whose private keys are not those of its public ones is refused when it joins", () => {
    const { world, own, pending } = invited("other halves", false);
    const [welcome] = expectOk(
      buildWelcome(stateOf(world, "mallory"), envOf(world, "mallory"), {
        pending,
        treeInWelcome: true,
      }),
    );
    if (welcome === undefined) throw new Error("no Welcome");
    const other = keyPackageOf(world, "erin");
    const env = envOf(world, "erin");
    for (const change of [
      { leafKey: other.leafKey },
      { signatureSeed: new Uint8Array(32).fill(3) },
    ]) {
      const bytes = encodeOwnKeyPackage({ ...own, ...change });
      const decoded = decodeOwnKeyPackage(bytes);
      if (!decoded.ok) continue;
      const joined = joinGroup(env, { welcome, own: decoded.value });
      expect(joined.ok).toBe(false);
    }
  });
});

describe("what lies on disk", () => {
  it("[ML-149] a delta that is applied twice is refused or changes nothing", () => {
    const world = four("delta twice");
    const before = stateOf(world, "alice");
    const made = expectOk(
      createProposal(before, envOf(world, "alice"), {
        proposal: { kind: "own-update" },
        wireFormat: "public",
      }),
    );
    const delta = messageDelta(before, made.state);
    const once = expectOk(applyMessageDelta(suite3, before, delta));
    const twice = applyMessageDelta(suite3, once, delta);
    if (!twice.ok) return;
    expect(partsOf(twice.value)).toEqual(partsOf(once));
  });

  it("[ML-80] rosters of past epochs come back after removals, and a leaf taken again", () => {
    const world = four("rosters");
    say(world, "mallory", "before");
    const own = keyPackageOf(world, "erin");
    const made = prepare(world, "alice", {
      proposals: [removeOf(world, "mallory"), addOf(own)],
    });
    deliver(world, made.message);
    remove(world, "bob", "carol");
    for (const state of world.states.values()) {
      const back = expectOk(decodeState(suite3, partsOf(state)));
      expect(partsOf(back)).toEqual(partsOf(state));
      expect(back.past.map(({ roster }) => roster.length)).toEqual(
        state.past.map(({ roster }) => roster.length),
      );
    }
  });
});

/** A Welcome by a member with every liberty. */
function forgeWelcome(
  world: World,
  by: string,
  o: {
    readonly pending: PendingCommit;
    readonly own: OwnKeyPackage;
    readonly secrets?: Partial<GroupSecrets>;
    readonly signer?: number;
    readonly pskSecret?: Uint8Array;
    readonly context?: Partial<GroupState["context"]>;
    readonly tree?: Uint8Array;
    readonly twice?: boolean;
  },
): Uint8Array {
  const state = stateOf(world, by);
  const { suite, random } = envOf(world, by);
  const unsigned = {
    groupContext: { ...state.context, ...o.context },
    extensions: [{ type: 2, data: o.tree ?? encodeTree(state) }],
    confirmationTag: state.confirmationTag,
    signer: o.signer ?? state.own.leafIndex,
  };
  const signature = signWithLabel(suite, {
    key: state.own.signatureSeed,
    label: "GroupInfoTBS",
    content: groupInfoTbs(unsigned),
  });
  const { joinerSecret } = { ...o.pending, ...o.secrets };
  const pskSecret = o.pskSecret ?? o.pending.pskSecret;
  // A key of its own for each forgery: the watch over nonces allows no second GroupInfo under the first one's.
  const encryptedGroupInfo = suite.aead.seal({
    ...welcomeKeys(suite, { joinerSecret, pskSecret }),
    aad: new Uint8Array(),
    plaintext: encodeGroupInfo({ ...unsigned, signature }),
  });
  const plaintext = encodeGroupSecrets({
    joinerSecret,
    pathSecret: undefined,
    psks: [],
    ...o.secrets,
  });
  const sealed = expectOk(
    encryptWithLabel(suite, {
      publicKey: o.own.keyPackage.initKey,
      label: "Welcome",
      context: encryptedGroupInfo,
      plaintext,
      random,
    }),
  );
  const newMember = makeKeyPackageRef(
    suite,
    encodeKeyPackage(o.own.keyPackage),
  );
  const entry = { newMember, secrets: sealed };
  return encodeMlsMessage({
    kind: "welcome",
    welcome: {
      cipherSuite: suite.id,
      secrets: o.twice === true ? [entry, entry] : [entry],
      encryptedGroupInfo,
    },
  });
}

/** Mallory adds erin, with or without a path, and everybody has followed. */
function invited(seed: string, forcePath: boolean) {
  const world = four(seed);
  const own = keyPackageOf(world, "erin");
  const { message, pending } = prepare(world, "mallory", {
    proposals: [addOf(own)],
    forcePath,
  });
  deliver(world, message);
  return { world, own, pending };
}

const joinCode = (
  env: GroupEnv,
  welcome: Uint8Array,
  own: OwnKeyPackage,
): string => codeOf(joinGroup(env, { welcome, own }));

describe("a Welcome of a hostile member", () => {
  it("[ML-51] that names 65,536 PSKs is refused, not thrown at", () => {
    const { world, own, pending } = invited("many psks", false);
    const id = {
      kind: "external" as const,
      pskId: new Uint8Array(),
      nonce: new Uint8Array(),
    };
    const psks = Array.from({ length: 65_536 }, () => id);
    const welcome = forgeWelcome(world, "mallory", {
      pending,
      own,
      secrets: { psks },
    });
    const env = { ...envOf(world, "erin"), pskFor: () => new Uint8Array(32) };
    expect(endOf(() => joinGroup(env, { welcome, own }))).toBe("answers");
  });

  it("[ML-51] that names a PSK of which its group knew nothing is refused", () => {
    const { world, own, pending } = invited("psk join", false);
    const nonce = new Uint8Array(32);
    const psks = [{ kind: "external" as const, pskId: nonce, nonce }];
    const secrets = { psks };
    const welcome = forgeWelcome(world, "mallory", { pending, own, secrets });
    const env = envOf(world, "erin");
    expect(joinCode(env, welcome, own)).toBe("missing-psk");
    const holder = { ...env, pskFor: () => new Uint8Array(32) };
    expect(joinCode(holder, welcome, own)).toBe("not-opened");
  });

  it("[ML-53] without the path secret of a commit with a path is refused", () => {
    const { world, own, pending } = invited("no path secret", true);
    const welcome = forgeWelcome(world, "mallory", { pending, own });
    expect(joinCode(envOf(world, "erin"), welcome, own)).toBe(
      "path-key-mismatch",
    );
  });

  it("[ML-53] with the path secret of another node, or one of no length, is refused", () => {
    for (const pathSecret of [new Uint8Array(0), new Uint8Array(32).fill(7)]) {
      const { world, own, pending } = invited(`bad ${pathSecret.length}`, true);
      const welcome = forgeWelcome(world, "mallory", {
        pending,
        own,
        secrets: { pathSecret },
      });
      expect(joinCode(envOf(world, "erin"), welcome, own)).toBe(
        "path-key-mismatch",
      );
    }
  });

  it("[ML-51] with a signer who is nobody, beyond the tree or the joiner itself is refused", () => {
    for (const signer of [5, 2 ** 31, 2 ** 32 - 1, 4]) {
      const { world, own, pending } = invited(`signer ${signer}`, false);
      const welcome = forgeWelcome(world, "mallory", { pending, own, signer });
      expect(["unknown-signer", "bad-signature"]).toContain(
        joinCode(envOf(world, "erin"), welcome, own),
      );
    }
  });

  it("[ML-51] with joiner secrets of another group, epoch or length is refused", () => {
    const elsewhere = invited("elsewhere", false).pending.joinerSecret;
    for (const joinerSecret of [
      elsewhere,
      new Uint8Array(0),
      new Uint8Array(33).fill(9),
    ]) {
      const { world, own, pending } = invited(
        `joiner ${joinerSecret.length}`,
        false,
      );
      const welcome = forgeWelcome(world, "mallory", {
        pending,
        own,
        secrets: { joinerSecret },
      });
      expect(["bad-confirmation-tag", "malformed"]).toContain(
        joinCode(envOf(world, "erin"), welcome, own),
      );
    }
  });

  it("[ML-52] with the tree of the epoch before, or with the epoch, group or extensions changed, is refused", () => {
    const cases: ((
      world: World,
    ) => Parameters<typeof forgeWelcome>[2] extends infer T
      ? Partial<T>
      : never)[] = [
      () => ({ context: { epoch: 2n ** 64n - 1n } }),
      () => ({ context: { epoch: 0n } }),
      () => ({ context: { groupId: new Uint8Array(0) } }),
      () => ({
        context: { extensions: [{ type: 0xf123, data: new Uint8Array() }] },
      }),
      () => ({ context: { treeHash: new Uint8Array(0) } }),
      () => ({ context: { confirmedTranscriptHash: new Uint8Array(0) } }),
      () => ({ tree: new Uint8Array(0) }),
      () => ({ tree: encodeTree(stateOf(four("another tree"), "bob")) }),
    ];
    for (const [i, change] of cases.entries()) {
      const { world, own, pending } = invited(`substitute ${i}`, false);
      const welcome = forgeWelcome(world, "mallory", {
        pending,
        own,
        ...change(world),
      });
      expect(joinGroup(envOf(world, "erin"), { welcome, own }).ok).toBe(false);
    }
  });

  it("[ML-51] with our entry twice joins once, and one made whole is joined by it", () => {
    const { world, own, pending } = invited("twice", false);
    const welcome = forgeWelcome(world, "mallory", {
      pending,
      own,
      twice: true,
    });
    const joined = expectOk(joinGroup(envOf(world, "erin"), { welcome, own }));
    expect(epochAuthenticator(joined.state)).toEqual(
      epochAuthenticator(stateOf(world, "alice")),
    );
  });
});

describe("a Welcome by somebody else than the committer", () => {
  it("[ML-51] names its signer, for the application to compare with whom it expects", () => {
    const world = four("other signer");
    const own = keyPackageOf(world, "erin");
    const { message, pending } = prepare(world, "alice", {
      proposals: [addOf(own)],
    });
    deliver(world, message);
    // Every member can derive the joiner secret of a commit it follows.
    const welcome = forgeWelcome(world, "mallory", { pending, own });
    const joined = expectOk(joinGroup(envOf(world, "erin"), { welcome, own }));
    expect(joined.signer).toBe(leafOf(world, "mallory"));
  });
});

describe("numbers at their edges", () => {
  it("[ML-106] a group without an id, and messages of none, work and are told apart", () => {
    const world = four("no id");
    const env = envOf(world, "zoe");
    const founded = expectOk(
      createGroup(env, {
        groupId: new Uint8Array(0),
        ...leafOptions(world, "zoe"),
      }),
    );
    const made = expectOk(createCommit(founded, env, {}));
    expect(
      wordOf(
        processMessage(made.state, env, {
          message: made.message,
          pending: [made.pending],
        }),
      ),
    ).toBe("applied commit");
    expect(wordOf(show(world, "alice", made.message))).toBe(
      "ignored other-group",
    );
  });

  it("[ML-17] epochs up to 2^64-1 in a message are the future", () => {
    const world = four("future");
    const state = stateOf(world, "mallory");
    for (const epoch of [2n ** 63n, 2n ** 64n - 1n]) {
      for (const wireFormat of ["public", "private"] as const) {
        const context = { ...state.context, epoch };
        const signed = signContent(
          world.suite,
          { ...state, context },
          {
            wireFormat,
            content: { kind: "proposal", proposal: removeOf(world, "bob") },
          },
        );
        const message = sealForgery(world, "mallory", {
          ...signed,
          auth: { ...signed.auth, confirmationTag: undefined },
        });
        expect(words(deliver(world, message))).toMatchObject({
          alice: "ignored future-epoch",
          bob: "ignored future-epoch",
        });
      }
    }
  });

  it("[ML-34] a generation of 2^32-1 is refused before it is hashed for, in both ratchets", () => {
    const world = four("generation");
    const state = stateOf(world, "bob");
    for (const type of ["application", "handshake"] as const) {
      const reached = messageKey(world.suite, state.secretTree, {
        leaf: 3,
        type,
        generation: 2 ** 32 - 1,
        limits: defaultPolicy.limits,
      });
      expect(reached.kind).toBe("too-far");
    }
  });

  it("[ML-30] 257 references to one custom or unknown proposal are refused", () => {
    const world = four("references");
    const references = Array.from({ length: 257 }, () => new Uint8Array(32));
    const state = stateOf(world, "mallory");
    const signed = signContent(world.suite, state, {
      content: {
        kind: "commit",
        commit: {
          proposals: references.map((reference) => ({
            kind: "reference" as const,
            reference,
          })),
          path: undefined,
        },
      },
    });
    const message = sealForgery(world, "mallory", {
      ...signed,
      auth: { ...signed.auth, confirmationTag: new Uint8Array(32) },
    });
    const outcomes = words(deliver(world, message));
    expect(outcomes).toMatchObject({
      alice: "refused unknown-reference",
      bob: "refused unknown-reference",
    });
  });

  it("[ML-218] a requirement of 30,000 types is refused before it is held against a leaf of as many", () => {
    const many = (type: number) =>
      Array.from<number>({ length: 30_000 }).fill(type);
    const world = createWorld(
      { seed: "quadratic", supports: [...many(0xf001), 0xf002] },
      "mallory",
    );
    const data = encodeRequiredCapabilities({
      extensionTypes: many(0xf002),
      proposalTypes: [],
      credentialTypes: [],
    });
    const proposal: Proposal = {
      kind: "group-context-extensions",
      extensions: [{ type: 3, data }],
    };
    const made = createProposal(
      stateOf(world, "mallory"),
      envOf(world, "mallory"),
      { proposal },
    );
    expect(made.ok).toBe(false);
  });
});

/** Every secret byte string that must be in neither part of a state. */
function holds(state: GroupState, secret: Uint8Array): boolean {
  const { commitPart, messagePart } = partsOf(state);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
  return (
    text(commitPart).includes(text(secret)) ||
    text(messagePart).includes(text(secret))
  );
}

describe("a thief of a stored state", () => {
  it("[ML-82] finds no private key of a node that was replaced or blanked, nor an init secret that was used", () => {
    const world = createWorld(
      { seed: "thief" },
      "alice",
      "bob",
      "carol",
      "dave",
      "erin",
      "mallory",
    );
    for (const name of ["bob", "erin", "carol", "alice"])
      commit(world, name, { forcePath: true });
    const steps = [
      () => remove(world, "alice", "mallory"),
      () => commit(world, "bob", { forcePath: true }),
      () => {
        propose(world, "carol", { proposal: { kind: "own-update" } });
        commit(world, "erin");
      },
      () => add(world, "dave", "frank"),
      () => remove(world, "bob", "dave"),
    ];
    for (const step of steps) {
      const before = new Map(world.states);
      step();
      for (const [name, state] of world.states) {
        const old = before.get(name);
        if (old === undefined) continue;
        expect(holds(state, old.secrets.initSecret)).toBe(false);
        expect(holds(state, old.secrets.exporterSecret)).toBe(false);
        expect(holds(state, old.secrets.membershipKey)).toBe(false);
        for (const [at, pair] of old.own.privatePath) {
          const now = state.own.privatePath.get(at);
          const isKept =
            now !== undefined && now.publicKey.join() === pair.publicKey.join();
          expect(holds(state, pair.secretKey)).toBe(isKept);
        }
      }
      expect(isAgreed(world)).toBe(true);
    }
  });

  it("[ML-82] finds no joiner, path or psk secret of a pending commit in the state after it", () => {
    const world = four("pending thief");
    const { message, pending } = prepare(world, "alice", {
      proposals: [addOf(keyPackageOf(world, "erin"))],
      forcePath: true,
    });
    deliver(world, message);
    for (const name of ["alice", "bob"]) {
      const state = stateOf(world, name);
      expect(holds(state, pending.joinerSecret)).toBe(false);
      for (const secret of pending.path?.secrets.values() ?? [])
        expect(holds(state, secret)).toBe(false);
    }
  });
});

/** One commit by anyone: it may add the one named, remove somebody, cover an Update, have a path. */
function changeAnything(
  world: World,
  pick: (n: number) => number,
  name: string,
): void {
  const here = [...world.states.keys()];
  const by = here[pick(here.length)] ?? "";
  const other = here[pick(here.length)] ?? "";
  const own = keyPackageOf(world, name);
  const kind = here.length > 12 ? 0 : pick(5);
  const proposals: Proposal[] = kind === 0 ? [] : [addOf(own)];
  if (kind < 2 && other !== by && here.length > 2)
    proposals.push(removeOf(world, other));
  if (pick(3) === 0 && other !== by)
    propose(world, other, { proposal: { kind: "own-update" } });
  const made = prepare(world, by, { proposals, forcePath: pick(2) === 0 });
  deliver(world, made.message);
  if (kind === 0) return;
  const joiners = new Map([[name, own]]);
  welcomeAll(world, by, { pending: made.pending, joiners });
}

describe("verdicts of all members", () => {
  it("[ML-52] joiners are let in by every history, with paths in the commits that add them", () => {
    for (const seed of ["h1", "h2", "h3"]) {
      const random = createSeededRandom(seed);
      const pick = (n: number): number => (random.bytes(1)[0] ?? 0) % n;
      const world = createWorld({ seed }, "a0", "a1", "a2");
      for (let step = 0; step < 40; step++) {
        changeAnything(world, pick, `n${step}`);
        expect(isAgreed(world)).toBe(true);
      }
    }
  });

  it("[ML-10] are one where rules want one, wherever in the tree they sit and whenever they joined", () => {
    const names = ["alice", "bob", "carol", "dave", "erin", "frank", "gina"];
    const world = createWorld({ seed: "verdicts" }, "alice", ...names.slice(1));
    commit(world, "gina", { forcePath: true });
    remove(world, "alice", "dave");
    commit(world, "frank", { forcePath: true });
    add(world, "bob", "heidi");
    const own = keyPackageOf(world, "ivan");
    const forgeries = [
      forgeCommit(world, "gina", { proposals: [removeOf(world, "bob")] }),
      forgeCommit(world, "gina", {
        withPath: true,
        tamperPath: (path) => ({ ...path, nodes: path.nodes.slice(1) }),
      }),
      forgeCommit(world, "gina", {
        withPath: true,
        tamperPath: (path) => ({
          ...path,
          nodes: path.nodes.map((node, i) => ({
            ...node,
            encryptedPathSecret:
              i === 0
                ? node.encryptedPathSecret.map((sealed) => ({
                    ...sealed,
                    kemOutput: new Uint8Array(32),
                  }))
                : node.encryptedPathSecret,
          })),
        }),
      }),
      forgeCommit(world, "gina", {
        proposals: [addOf(own)],
        tamperTag: (tag) => tag.toReversed(),
      }),
      forgeCommit(world, "gina", {
        proposals: [addOf(own), addOf(own)],
      }),
      forgeCommit(world, "gina", {
        withPath: true,
        tamperTag: () => new Uint8Array(0),
      }),
    ];
    for (const message of forgeries) {
      const verdicts = [...world.states.keys()]
        .filter((name) => name !== "gina")
        .map((name) => wordOf(show(world, name, message)));
      expect(new Set(verdicts).size).toBe(1);
      expect(verdicts[0]).toMatch(/^refused /);
    }
  });

  it("[ML-15] a removed member derives nothing of the epoch after, also when its leaf is taken at once", () => {
    const world = four("taken");
    const gone = stateOf(world, "mallory");
    const own = keyPackageOf(world, "erin");
    const { message } = prepare(world, "alice", {
      proposals: [removeOf(world, "mallory"), addOf(own)],
    });
    const outcome = show(world, "mallory", message);
    expect(outcome.kind).toBe("removed");
    deliver(world, message);
    expect(world.states.has("mallory")).toBe(false);
    const next = say(world, "alice", "without her");
    const seen = processMessage(gone, envOf(world, "mallory"), {
      message: next,
    });
    expect(wordOf(seen)).toBe("ignored future-epoch");
    // The tree after names nobody in her place but erin.
    const roster = rosterOf(stateOf(world, "bob").tree);
    expect(roster[gone.own.leafIndex]?.credential).toEqual(
      own.keyPackage.leafNode.credential,
    );
    // What she says in the epoch that she was in counts for nothing any more.
    const late = expectOk(
      protectApplication(gone, envOf(world, "mallory"), {
        data: encodeUtf8("late"),
      }),
    );
    expect(wordOf(show(world, "bob", late.message))).toBe(
      "refused unknown-sender",
    );
  });

  it("[ML-17] a relay that reorders, repeats and reflects changes nothing but the order", () => {
    const world = four("relay");
    const messages = [
      say(world, "bob", "1"),
      say(world, "bob", "2"),
      say(world, "carol", "3"),
    ];
    const first = prepare(world, "bob", { forcePath: true });
    const second = prepare(world, "carol", { forcePath: true });
    const log = [
      ...messages.toReversed(),
      first.message,
      ...messages,
      second.message,
      first.message,
    ];
    for (const message of log) deliver(world, message);
    expect(isAgreed(world)).toBe(true);
    expect(leafOf(world, "bob")).toBe(1);
  });
});
