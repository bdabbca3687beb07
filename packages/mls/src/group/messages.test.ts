// Messages as they come out of a log: whose they are, which epoch they belong to, and what is left of their keys.
import { decodeUtf8, encodeUtf8 } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import { beforeAll, describe, expect, it } from "vitest";
import {
  buildWelcome,
  createCommit,
  createProposal,
  decodeMlsMessage,
  defaultPolicy,
  encodeMlsMessage,
  forgetPastEpochs,
  processMessage,
  protectApplication,
} from "../index.ts";
import type { GroupState, MlsMessage, Policy } from "../index.ts";
import { leafRatchets } from "../schedule/secret-tree.ts";
import { forgeMessage, sealForgery } from "../testing/forge.ts";
import {
  add,
  codeOf,
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
  removeOf,
  say,
  show,
  stateOf,
  wordOf,
  words,
} from "../testing/group-world.ts";
import type { World } from "../testing/group-world.ts";
import { sealPrivate } from "../framing/private-message.ts";
import { signContent } from "./send-handshake.ts";

beforeAll(() => ready);

const three = (seed: string, policy: Policy = defaultPolicy): World =>
  createWorld({ seed, policy }, "alice", "bob", "carol");

function textOf(world: World, name: string, message: Uint8Array): string {
  const outcome = show(world, name, message);
  if (outcome.kind !== "applied" || outcome.effect.kind !== "application")
    return wordOf(outcome);
  return expectOk(decodeUtf8(outcome.effect.data));
}

/** An application message that `maker` seals with its own signature, or someone else's, as if it came from `leafIndex`. */
function forgeApplication(
  world: World,
  maker: string,
  o: { readonly leafIndex: number; readonly data: string },
): Uint8Array {
  const state = stateOf(world, maker);
  const env = envOf(world, maker);
  const posing = { ...state, own: { ...state.own, leafIndex: o.leafIndex } };
  const signed = signContent(world.suite, posing, {
    content: { kind: "application", data: encodeUtf8(o.data) },
  });
  const sealed = sealPrivate(world.suite, {
    authenticatedContent: {
      ...signed,
      auth: { ...signed.auth, confirmationTag: undefined },
    },
    secretTree: state.secretTree,
    senderDataSecret: state.secrets.senderDataSecret,
    padding: 0,
    random: env.random,
  });
  const { message } = expectOk(sealed);
  return encodeMlsMessage({ kind: "private", message });
}

describe("application messages", () => {
  it("[ML-5] carry data, authenticated data and padding", () => {
    const world = three("parts");
    const { message, generation } = expectOk(
      protectApplication(stateOf(world, "alice"), envOf(world, "alice"), {
        data: encodeUtf8("hello"),
        authenticatedData: encodeUtf8("log 7"),
        padding: 500,
      }),
    );
    expect(message.length).toBeGreaterThan(600);
    expect(show(world, "bob", message)).toMatchObject({
      kind: "applied",
      effect: {
        kind: "application",
        epoch: 1n,
        sender: leafOf(world, "alice"),
        author: { credential: { type: 1, identity: encodeUtf8("alice") } },
        generation,
        data: encodeUtf8("hello"),
        authenticatedData: encodeUtf8("log 7"),
      },
    });
    const other = message.slice();
    const at = other.findIndex(
      (_, i) => other[i] === 0x6c && other[i + 4] === 0x37,
    );
    other[at + 4] = 0x38;
    expect(wordOf(show(world, "bob", other))).toBe("refused not-opened");
  });

  it("[ML-5] every message carries authenticated data, handshakes too", () => {
    const world = three("aad");
    const authenticatedData = encodeUtf8("log 7, entry 41");
    const proposed = propose(world, "bob", {
      proposal: { kind: "own-update" },
      authenticatedData,
      padding: 100,
    });
    const committed = commit(world, "alice", { authenticatedData });
    for (const outcome of [proposed.get("carol"), committed.get("carol")]) {
      expect(outcome).toMatchObject({ effect: { authenticatedData } });
    }
    const removal = prepare(world, "alice", {
      proposals: [removeOf(world, "carol")],
      authenticatedData,
    });
    expect(show(world, "carol", removal.message)).toMatchObject({
      kind: "removed",
      authenticatedData,
    });
  });

  it("[ML-16] N04: a message is read once; its replay is refused", () => {
    const world = three("replay");
    const message = say(world, "alice", "once");
    expect(words(deliver(world, message))).toMatchObject({
      bob: "applied application",
    });
    expect(words(deliver(world, message))).toEqual({
      alice: "ignored own-message",
      bob: "refused consumed",
      carol: "refused consumed",
    });
  });

  it("[ML-16] N02: a member cannot speak as another, and its attempt burns none of the other's keys", () => {
    const world = three("forgery");
    const forged = forgeApplication(world, "carol", {
      leafIndex: leafOf(world, "alice"),
      data: "I am alice",
    });
    expect(wordOf(show(world, "alice", forged))).toBe("refused bad-signature");
    const before = stateOf(world, "bob");
    const outcome = show(world, "bob", forged);
    expect(wordOf(outcome)).toBe("refused bad-signature");
    if (outcome.kind !== "refused") throw new Error("not refused");
    expect(outcome.state).toBe(before);
    // Alice's first message has the very key that carol used.
    expect(textOf(world, "bob", say(world, "alice", "I am"))).toBe("I am");
  });

  it("[ML-16] a handshake with a wrong signature burns no key either", () => {
    const world = three("handshake forgery");
    const content = {
      kind: "proposal" as const,
      proposal: removeOf(world, "bob"),
    };
    const asLeaf = leafOf(world, "alice");
    const forged = forgeMessage(world, "carol", { content, asLeaf });
    expect(wordOf(show(world, "bob", forged))).toBe("refused bad-signature");
    expect(show(world, "bob", forged)).toMatchObject({
      state: stateOf(world, "bob"),
    });
    expect(words(commit(world, "alice"))).toMatchObject({
      bob: "applied commit",
    });
  });

  it("[ML-16] a handshake that is refused for what it says burns no key either", () => {
    const world = three("refused and consumed");
    const message = forgeMessage(world, "alice", {
      content: { kind: "proposal", proposal: { kind: "remove", removed: 77 } },
    });
    const before = stateOf(world, "bob");
    expect(words(deliver(world, message))).toMatchObject({
      bob: "refused unknown-leaf",
    });
    expect(stateOf(world, "bob")).toBe(before);
    expect(wordOf(show(world, "bob", message))).toBe("refused unknown-leaf");
  });

  it("[ML-34] N08: messages of one sender open in any order within the limits", () => {
    const world = three("order");
    const texts = Array.from({ length: 8 }, (_, i) => `message ${i}`);
    const messages = texts.map((text) => say(world, "alice", text));
    for (const i of [3, 7, 0, 1, 6, 2, 5, 4]) {
      expect(textOf(world, "bob", messages[i]!)).toBe(texts[i]);
      deliver(world, messages[i]!, "bob");
    }
  });

  it("[ML-34] a message too far ahead is refused, and of the skipped keys only the newest are kept", () => {
    const limits = { ...defaultPolicy.limits, maxForward: 10, maxSkipped: 4 };
    const world = three("far", { ...defaultPolicy, limits });
    const messages = Array.from({ length: 12 }, (_, i) =>
      say(world, "alice", `message ${i}`),
    );
    expect(textOf(world, "bob", messages[11]!)).toBe("refused too-far");
    expect(textOf(world, "bob", messages[10]!)).toBe("message 10");
    deliver(world, messages[10]!, "bob");
    expect(textOf(world, "bob", messages[5]!)).toBe("refused consumed");
    expect(textOf(world, "bob", messages[6]!)).toBe("message 6");
  });

  it("[ML-35] are read up to three epochs late, and no later", () => {
    const world = three("late");
    const messages = ["zero", "one", "two", "three", "four"].map((text) => {
      const message = say(world, "carol", text);
      if (text !== "four") commit(world, "alice");
      return message;
    });
    expect(messages.map((message) => textOf(world, "bob", message))).toEqual([
      "ignored past-epoch",
      "one",
      "two",
      "three",
      "four",
    ]);
    deliver(world, messages[1]!, "bob");
    expect(textOf(world, "bob", messages[1]!)).toBe("refused consumed");
    expect(stateOf(world, "bob").past.length).toBe(3);
  });

  it("[ML-35] a policy may keep fewer past epochs, and none keeps more than three", () => {
    for (const [pastEpochs, kept] of [
      [0, 0],
      [1, 1],
      [9, 3],
    ] as const) {
      const limits = { ...defaultPolicy.limits, pastEpochs };
      const world = three(`keep ${kept}`, { ...defaultPolicy, limits });
      for (let i = 0; i < 5; i++) commit(world, "alice");
      expect(stateOf(world, "bob").past.length).toBe(kept);
    }
  });

  it("[ML-35] forgetting past epochs makes them unreadable at once", () => {
    const world = three("forget");
    const first = say(world, "carol", "first");
    commit(world, "alice");
    const second = say(world, "carol", "second");
    commit(world, "alice");
    const bob = stateOf(world, "bob");
    world.states.set("bob", forgetPastEpochs(bob, { keep: 1 }));
    expect(textOf(world, "bob", first)).toBe("ignored past-epoch");
    expect(textOf(world, "bob", second)).toBe("second");
    world.states.set("bob", forgetPastEpochs(bob, { keep: 0 }));
    expect(textOf(world, "bob", second)).toBe("ignored past-epoch");
  });

  it("[ML-84] trap 10: two sends from one stale state use one generation, and only the first is read", () => {
    const world = three("stale");
    const stale = stateOf(world, "alice");
    const send = (state: GroupState, text: string) =>
      expectOk(
        protectApplication(state, envOf(world, "alice"), {
          data: encodeUtf8(text),
        }),
      );
    const one = send(stale, "one");
    const two = send(stale, "two");
    expect(one.generation).toBe(two.generation);
    expect(one.message).not.toEqual(two.message);
    deliver(world, one.message, "bob");
    expect(wordOf(show(world, "bob", two.message))).toBe("refused consumed");
    const next = send(one.state, "three");
    expect(next.generation).toBe(one.generation + 1);
  });

  it("[ML-70] can be sent while proposals wait", () => {
    const world = three("waiting");
    propose(world, "bob", { proposal: { kind: "own-update" } });
    expect(words(deliver(world, say(world, "carol", "still here")))).toEqual({
      alice: "applied application",
      bob: "applied application",
      carol: "ignored own-message",
    });
  });
});

describe("where a message belongs", () => {
  it("[ML-17] N06: what belongs to another group is ignored", () => {
    const world = three("here");
    const other = three("elsewhere");
    for (const wireFormat of ["private", "public"] as const) {
      const { message } = prepare(other, "alice", { wireFormat });
      expect(wordOf(show(world, "bob", message))).toBe("ignored other-group");
    }
    expect(textOf(world, "bob", say(other, "alice", "x"))).toBe(
      "ignored other-group",
    );
  });

  it("[ML-17] N07: a handshake of another epoch is ignored; the first valid commit of an epoch wins", () => {
    const world = three("race");
    for (const wireFormat of ["private", "public"] as const) {
      const first = prepare(world, "alice", { wireFormat });
      const second = prepare(world, "bob", { wireFormat });
      const behind = stateOf(world, "carol");
      expect(words(deliver(world, first.message))).toEqual({
        alice: "applied commit",
        bob: "applied commit",
        carol: "applied commit",
      });
      expect(words(deliver(world, second.message))).toEqual({
        alice: "ignored past-epoch",
        bob: "ignored past-epoch",
        carol: "ignored past-epoch",
      });
      expect(isAgreed(world)).toBe(true);
      const next = prepare(world, "alice", { wireFormat });
      const outcome = processMessage(behind, envOf(world, "carol"), {
        message: next.message,
      });
      expect(wordOf(outcome)).toBe("ignored future-epoch");
      deliver(world, next.message);
    }
  });

  it("[ML-17] N03: a Welcome, a GroupInfo or a KeyPackage is nothing to a member", () => {
    const world = three("other kinds");
    const { keyPackage } = keyPackageOf(world, "erin");
    const message = encodeMlsMessage({ kind: "key-package", keyPackage });
    expect(wordOf(show(world, "bob", message))).toBe("ignored not-for-members");
    const made = prepare(world, "alice", {
      proposals: [{ kind: "add", keyPackage }],
    });
    deliver(world, made.message);
    const built = buildWelcome(stateOf(world, "alice"), envOf(world, "alice"), {
      pending: made.pending,
    });
    for (const welcome of expectOk(built)) {
      expect(wordOf(show(world, "bob", welcome))).toBe(
        "ignored not-for-members",
      );
    }
  });

  it("[ML-4] N03: an application message in a PublicMessage is refused", () => {
    const world = three("public application");
    const signed = signContent(world.suite, stateOf(world, "alice"), {
      wireFormat: "public",
      content: { kind: "proposal", proposal: removeOf(world, "carol") },
    });
    const sealed = sealForgery(world, "alice", {
      ...signed,
      auth: { ...signed.auth, confirmationTag: undefined },
    });
    const decoded: MlsMessage = expectOk(decodeMlsMessage(sealed));
    if (decoded.kind !== "public") throw new Error("not public");
    const message = encodeMlsMessage({
      kind: "public",
      message: {
        ...decoded.message,
        content: {
          ...decoded.message.content,
          content: { kind: "application", data: encodeUtf8("hi") },
        },
      },
    });
    expect(wordOf(show(world, "bob", message))).toBe(
      "refused application-in-public",
    );
  });

  it("[ML-40] N01: a message from outside, whoever it claims to be from, is refused", () => {
    const world = three("outside");
    const sealed = forgeMessage(world, "alice", {
      wireFormat: "public",
      content: { kind: "proposal", proposal: removeOf(world, "carol") },
    });
    const decoded = expectOk(decodeMlsMessage(sealed));
    if (decoded.kind !== "public") throw new Error("not public");
    const { content, auth } = decoded.message;
    for (const sender of [
      { kind: "external", senderIndex: 0 },
      { kind: "new-member-proposal" },
      { kind: "new-member-commit" },
    ] as const) {
      const message = encodeMlsMessage({
        kind: "public",
        message: {
          content: { ...content, sender },
          auth,
          membershipTag: undefined,
        },
      });
      expect(wordOf(show(world, "bob", message))).toBe(
        "refused external-sender",
      );
    }
  });

  it("[ML-4] N21: a PublicMessage with a wrong membership tag or signature is refused", () => {
    const world = three("public faults");
    const sealed = prepare(world, "alice", { wireFormat: "public" }).message;
    const decoded = expectOk(decodeMlsMessage(sealed));
    if (decoded.kind !== "public") throw new Error("not public");
    const { message } = decoded;
    const wrongTag = encodeMlsMessage({
      kind: "public",
      message: { ...message, membershipTag: new Uint8Array(32) },
    });
    expect(wordOf(show(world, "bob", wrongTag))).toBe(
      "refused bad-membership-tag",
    );
    const asCarol = forgeMessage(world, "alice", {
      wireFormat: "public",
      asLeaf: leafOf(world, "carol"),
      content: { kind: "proposal", proposal: removeOf(world, "bob") },
    });
    expect(wordOf(show(world, "bob", asCarol))).toBe("refused bad-signature");
    expect(words(deliver(world, sealed))).toMatchObject({
      bob: "applied commit",
    });
  });

  it("[ML-33] the 65th handshake of one sender in an epoch is not made, and refused when it is", () => {
    const world = three("exhausted");
    const content = {
      kind: "proposal" as const,
      proposal: removeOf(world, "bob"),
    };
    for (let i = 0; i < 64; i++) prepare(world, "alice");
    const made = createCommit(
      stateOf(world, "alice"),
      envOf(world, "alice"),
      {},
    );
    expect(codeOf(made)).toBe("epoch-exhausted");
    const ratchets = leafRatchets(stateOf(world, "alice").secretTree, 0);
    expect(ratchets?.handshake.generation).toBe(64);
    const forged = forgeMessage(world, "alice", { content });
    expect(wordOf(show(world, "bob", forged))).toBe("refused too-far");
    const { message } = prepare(world, "carol");
    expect(wordOf(show(world, "bob", message))).toBe("applied commit");
  });
});

describe("own messages", () => {
  it("[ML-64] making a commit changes no epoch; its bytes coming back do", () => {
    const world = three("pending");
    const before = stateOf(world, "alice");
    const made = prepare(world, "alice", {});
    expect({
      ...made.state,
      secretTree: before.secretTree,
      sent: before.sent,
    }).toEqual(before);
    expect(wordOf(show(world, "alice", made.message))).toBe("applied commit");
    const outcome = show(world, "alice", made.message);
    expect(outcome).toMatchObject({ effect: { own: true, committer: 0 } });
  });

  it("[ML-64] a commit of ours that lost the race is ignored, and the winner is followed", () => {
    const world = three("lost race");
    const mine = prepare(world, "alice");
    const theirs = prepare(world, "bob");
    expect(words(deliver(world, theirs.message))).toEqual({
      alice: "applied commit",
      bob: "applied commit",
      carol: "applied commit",
    });
    expect(words(deliver(world, mine.message))).toMatchObject({
      alice: "ignored past-epoch",
    });
    expect(isAgreed(world)).toBe(true);
  });

  it("[ML-18] one of several pending commits is followed, whichever it is", () => {
    const world = three("several");
    prepare(world, "alice");
    const second = prepare(world, "alice", { forcePath: true });
    prepare(world, "alice");
    expect(words(deliver(world, second.message))).toEqual({
      alice: "applied commit",
      bob: "applied commit",
      carol: "applied commit",
    });
    expect(isAgreed(world)).toBe(true);
  });

  it("[ML-18] our commit without its pending half halts us: the others follow it", () => {
    const world = three("no pending");
    const { message } = prepare(world, "alice");
    const outcome = processMessage(
      stateOf(world, "alice"),
      envOf(world, "alice"),
      { message },
    );
    expect(wordOf(outcome)).toBe("halted missing-pending");
    expect(wordOf(show(world, "bob", message))).toBe("applied commit");
  });

  it("[ML-18] N05: our messages that come back are never taken for another's", () => {
    const world = three("reflection");
    const message = say(world, "alice", "echo");
    expect(wordOf(show(world, "alice", message))).toBe("ignored own-message");
    const proposed = propose(world, "alice", {
      proposal: { kind: "own-update" },
      wireFormat: "public",
    });
    expect(proposed.get("alice")).toMatchObject({ effect: { own: true } });
    expect(proposed.get("bob")).toMatchObject({ effect: { own: false } });
  });

  it("[ML-19] a handshake that our leaf signed and we did not send shows a second copy of this device; an application message shows nothing", () => {
    const world = three("clone");
    const clone: World = { ...world, states: new Map(world.states) };
    const spoken = say(clone, "alice", "from the copy");
    expect(wordOf(show(world, "alice", spoken))).toBe("ignored own-message");
    for (const wireFormat of ["private", "public"] as const) {
      const { message } = prepare(clone, "alice", { wireFormat });
      const outcome = processMessage(
        stateOf(world, "alice"),
        envOf(world, "alice"),
        { message },
      );
      expect(wordOf(outcome)).toBe("halted own-leaf-elsewhere");
    }
  });

  it("[ML-84] the key of a handshake of ours is kept until the log shows it, and gone then", () => {
    const world = three("kept key");
    const keptBy = (name: string) =>
      leafRatchets(stateOf(world, name).secretTree, leafOf(world, "alice"))
        ?.handshake.skipped.size;
    const made = expectOk(
      createProposal(stateOf(world, "alice"), envOf(world, "alice"), {
        proposal: { kind: "own-update" },
      }),
    );
    world.states.set("alice", made.state);
    expect(keptBy("alice")).toBe(1);
    deliver(world, made.message);
    expect([keptBy("alice"), keptBy("bob")]).toEqual([0, 0]);
    say(world, "alice", "one");
    const ratchets = leafRatchets(stateOf(world, "alice").secretTree, 0);
    expect(ratchets?.application.skipped.size).toBe(0);
  });

  it("[ML-18] nobody can halt us by posing as us", () => {
    const world = three("posing");
    say(world, "alice", "one");
    prepare(world, "alice");
    const content = {
      kind: "proposal" as const,
      proposal: removeOf(world, "bob"),
    };
    const asLeaf = leafOf(world, "alice");
    for (const wireFormat of ["private", "public"] as const) {
      const posed = forgeMessage(world, "carol", {
        content,
        asLeaf,
        wireFormat,
      });
      expect(["refused bad-signature", "ignored own-message"]).toContain(
        wordOf(show(world, "alice", posed)),
      );
    }
    const spoken = forgeApplication(world, "carol", {
      leafIndex: asLeaf,
      data: "I am alice",
    });
    expect(wordOf(show(world, "alice", spoken))).toBe("ignored own-message");
  });

  it("[ML-4] handshakes go as PublicMessage where the caller asks for it, in mixed order", () => {
    const world = three("mixed");
    propose(world, "bob", {
      proposal: { kind: "own-update" },
      wireFormat: "public",
    });
    propose(world, "carol", { proposal: { kind: "own-update" } });
    expect(words(commit(world, "alice", { wireFormat: "public" }))).toEqual({
      alice: "applied commit",
      bob: "applied commit",
      carol: "applied commit",
    });
    add(world, "carol", "dave");
    expect(isAgreed(world)).toBe(true);
  });
});
