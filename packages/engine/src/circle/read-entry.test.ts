/** Reading the log: whatever lies in it has one outcome for all who read it, and none throws. */
import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "@halqa/bytes";
import { labels, openEnvelope, sealEnvelope } from "@halqa/crypto";
import * as mls from "@halqa/mls";
import { expectUnchanged } from "@halqa/testkit";
import { currentKey } from "./group-env.ts";
import { encodeMessage } from "./message-header.ts";
import { planChange, planRemove } from "./plan-commit.ts";
import { proposeLeave } from "./propose.ts";
import { readEntry } from "./read-entry.ts";
import { sealContent, sealMessage } from "./seal-content.ts";
import {
  act,
  actorOf,
  append,
  appendTo,
  catchUp,
  circleOf,
  createWorld,
  expectOk,
  isAgreed,
  join,
  keyOf,
  makeInvite,
  remove,
  say,
  seal,
  wordOf,
  words,
} from "./testing/circle-world.ts";
import type { World } from "./testing/circle-world.ts";
import {
  appendMessage,
  authenticatedData,
  forgeCommit,
  forgeMessage,
  infoProposal,
  leafOf,
} from "./testing/forge.ts";

function rename(world: World, name: string, to: string): void {
  const { env } = actorOf(world, name);
  act(world, name, planChange(circleOf(world, name), env, { name: to }));
}

/** What an actor makes of an entry at the next place; nothing is adopted. */
function show(world: World, name: string, body: Uint8Array): string {
  const circle = circleOf(world, name);
  const { logId, seq } = circle.log;
  const entry = { logId, seq: seq + 1, body, pendings: [] };
  return wordOf(readEntry(circle, actorOf(world, name).env, entry));
}

function honestData(world: World, name: string, text: string): Uint8Array {
  const { mls: state } = circleOf(world, name);
  const header = {
    messageId: actorOf(world, name).random.bytes(16),
    leaf: state.own.leafIndex,
    epoch: state.context.epoch,
    minute: 1,
  };
  return encodeMessage(header, encodeUtf8(text));
}

describe("the place of an entry", () => {
  it("[CI-41] is the next one of the current log, or nothing is read", () => {
    const world = createWorld("place", "alice", "bob");
    const { body } = seal(world, "alice", "hello");
    const circle = circleOf(world, "bob");
    const { env } = actorOf(world, "bob");
    const { logId, seq } = circle.log;
    const at = (changed: { seq?: number; logId?: Uint8Array }): string => {
      const entry = { logId, seq: seq + 1, body, pendings: [], ...changed };
      return wordOf(readEntry(circle, env, entry));
    };
    expect(at({})).toBe("alice: hello");
    expect(at({ seq })).toBe("out-of-order seen");
    expect(at({ seq: seq + 2 })).toBe("out-of-order gap");
    expect(at({ logId: new Uint8Array(32) })).toBe("out-of-order other-log");
  });

  it("[CI-22] is nowhere behind the commit that closed the log", () => {
    const world = createWorld("closed", "alice", "bob", "carol");
    const before = circleOf(world, "alice").log.logId;
    const late = seal(world, "bob", "too late");
    remove(world, "alice", "carol");
    appendTo(world, before, late.body);
    const circle = circleOf(world, "alice");
    const outcome = readEntry(circle, actorOf(world, "alice").env, {
      logId: before,
      seq: circle.log.seq + 1,
      body: late.body,
      pendings: [],
    });
    expect(wordOf(outcome)).toBe("out-of-order other-log");
    expect(words(catchUp(world))).toMatchObject({ alice: [], bob: [] });
  });
});

describe("noise", () => {
  it("[CI-40] [CI-42] is counted and skipped, whatever it is", () => {
    const world = createWorld("noise", "alice", "bob");
    const { random } = actorOf(world, "alice");
    for (const length of [0, 1, 3_840, 16_128, 65_280])
      append(world, "alice", random.bytes(length));
    const skipped = Array.from({ length: 5 }, () => "skipped not-opened");
    expect(words(catchUp(world))).toEqual({ alice: skipped, bob: skipped });
    expect(isAgreed(world)).toBe(true);
  });

  it("[CI-40] changes nothing that it was given", () => {
    const world = createWorld("pure", "alice", "bob");
    const { body } = seal(world, "alice", "hello");
    const circle = circleOf(world, "bob");
    expectUnchanged([circle, body], () => show(world, "bob", body));
  });

  it("[CI-42] is what an envelope holds that no circle puts into a log", () => {
    const world = createWorld("misplaced", "alice", "bob");
    const { random } = actorOf(world, "alice");
    appendMessage(world, "alice", random.bytes(100));
    const state = circleOf(world, "alice").mls;
    const { encodeMlsMessage } = mls;
    const own = mls.createKeyPackage(
      { suite: mls.suite3, random: random.bytes },
      {
        signatureSeed: random.bytes(32),
        credential: { type: 1, identity: random.bytes(3) },
        capabilities: mls.createCapabilities({ suites: [3], credentials: [1] }),
        lifetime: { notBefore: 0n, notAfter: 9n },
      },
    );
    const { keyPackage } = own;
    appendMessage(
      world,
      "alice",
      encodeMlsMessage({ kind: "key-package", keyPackage }),
    );
    // A PublicMessage says in clear what a PrivateMessage hides from whoever breaks the envelope alone.
    const env = {
      suite: mls.suite3,
      random: random.bytes,
      policy: mls.defaultPolicy,
    };
    const made = mls.createCommit(state, env, {
      wireFormat: "public",
      authenticatedData: authenticatedData(world, "alice"),
    });
    appendMessage(world, "alice", expectOk(made).message);
    const skipped = Array.from({ length: 3 }, () => "skipped misplaced");
    expect(words(catchUp(world))).toEqual({ alice: skipped, bob: skipped });
  });

  it("[CI-42] is a message in the envelope of another epoch than its own", () => {
    const world = createWorld("other epoch", "alice", "bob");
    const before = circleOf(world, "bob");
    rename(world, "alice", "Another name");
    const { logId } = before.log;
    catchUp(world);
    const { env } = actorOf(world, "bob");
    const late = expectOk(
      sealContent(before, env, {
        messageId: new Uint8Array(16),
        minute: 0,
        content: encodeUtf8("old"),
      }),
    );
    // Bob opens his own envelope and seals the same message under the new epoch's key.
    const opened = expectOk(openOwn(before, late.body));
    const key = currentKey(circleOf(world, "bob")).envelopeKey;
    const body = expectOk(
      sealEnvelope({ key, logId, message: opened, random: env.random }),
    );
    expect(show(world, "alice", body)).toBe("skipped misplaced");
  });
});

describe("late messages", () => {
  it("[CI-43] are read up to three epochs late, and not marked as current", () => {
    const world = createWorld("late", "alice", "bob");
    const late = seal(world, "bob", "late");
    const verdicts: string[] = [];
    for (const epochs of [1, 2, 3, 4]) {
      rename(world, "alice", `Name ${epochs}`);
      catchUp(world, "alice");
      verdicts.push(show(world, "alice", late.body));
    }
    expect(verdicts).toEqual([
      "bob: late",
      "bob: late",
      "bob: late",
      "skipped not-opened",
    ]);
  });

  it("[CI-43] tell in which epoch they were made", () => {
    const world = createWorld("current", "alice", "bob");
    const late = seal(world, "bob", "late");
    rename(world, "alice", "Another");
    append(world, "alice", late.body);
    catchUp(world);
    say(world, "bob", "now");
    const outcomes = catchUp(world, "alice").get("alice") ?? [];
    const read = [...actorOf(world, "alice").outcomes].flatMap((outcome) =>
      outcome.kind === "content" ? [outcome.content] : [],
    );
    expect(outcomes).toHaveLength(1);
    expect(read.map(({ isCurrent, epoch }) => [isCurrent, epoch])).toEqual([
      [false, 2n],
      [true, 3n],
    ]);
  });

  it("[CI-43] are handshakes that lost their race, and those count for nothing", () => {
    const world = createWorld("race", "alice", "bob", "carol");
    const { env } = actorOf(world, "alice");
    const stewards = ["alice", "bob"].map((name) => keyOf(world, name));
    act(
      world,
      "alice",
      planChange(circleOf(world, "alice"), env, { stewards }),
    );
    catchUp(world);
    rename(world, "bob", "Bob's name");
    rename(world, "alice", "Alice's name");
    expect(words(catchUp(world))).toEqual({
      alice: ["commit", "skipped late-handshake"],
      bob: ["commit", "skipped late-handshake"],
      carol: ["commit", "skipped late-handshake"],
    });
    expect(circleOf(world, "carol").info.name).toBe("Bob's name");
    expect(isAgreed(world)).toBe(true);
  });

  it("[CI-30] end with the keys of old epochs after 1,000 entries", () => {
    const world = createWorld("old keys", "alice", "bob");
    const late = seal(world, "bob", "late");
    rename(world, "alice", "Another");
    catchUp(world);
    const alice = actorOf(world, "alice");
    const step = (entriesRead: number): number => {
      const circle = circleOf(world, "alice");
      alice.circle = { ...circle, log: { ...circle.log, entriesRead } };
      append(world, "alice", new Uint8Array(3));
      catchUp(world, "alice");
      return circleOf(world, "alice").epochKeys.length;
    };
    const endedAt = circleOf(world, "alice").epochKeys[1]?.endedAt ?? 0;
    expect(step(endedAt + 998)).toBeGreaterThan(1);
    expect(show(world, "alice", late.body)).toBe("bob: late");
    expect(step(endedAt + 999)).toBe(1);
    expect(circleOf(world, "alice").mls.past).toEqual([]);
    expect(show(world, "alice", late.body)).toBe("skipped not-opened");
  });
});

describe("those who were removed", () => {
  it("[CI-44] are not heard any more, not even in an epoch that they were in", () => {
    const world = createWorld("removed", "alice", "bob", "mallory");
    const before = circleOf(world, "mallory");
    const { env } = actorOf(world, "mallory");
    const late = seal(world, "mallory", "still here");
    remove(world, "alice", "mallory");
    expect(actorOf(world, "mallory").circle).toBeUndefined();
    expect(wordOf(actorOf(world, "mallory").outcomes.at(-1))).toBe("removed");
    // With another member's help the old entry reaches the new log, in an envelope that opens.
    const message = expectOk(openOwn(before, late.body));
    const { logId } = circleOf(world, "alice").log;
    const { envelopeKey } = before.epochKeys[0]!;
    const body = expectOk(
      sealEnvelope({ key: envelopeKey, logId, message, random: env.random }),
    );
    append(world, "alice", body);
    expect(words(catchUp(world))).toMatchObject({
      alice: ["skipped refused (unknown-sender)"],
      bob: ["skipped refused (unknown-sender)"],
    });
  });

  it("[CI-20] cannot tell where the others write", () => {
    const world = createWorld("address", "alice", "bob", "mallory");
    const before = circleOf(world, "mallory");
    remove(world, "alice", "mallory");
    const after = circleOf(world, "alice");
    expect(circleOf(world, "bob").log.address).toEqual(after.log.address);
    const seedIn = (state: typeof before.mls): Uint8Array =>
      mls.exportSecret(
        state,
        { suite: mls.suite3 },
        {
          label: labels.logSeed,
          context: Uint8Array.of(...before.info.circleId, 0, 0, 0, 1),
          length: 32,
        },
      );
    expect(seedIn(after.mls)).toEqual(after.log.address.logSeed);
    expect(seedIn(before.mls)).not.toEqual(after.log.address.logSeed);
    expect(after.log.address.addressNumber).toBe(1);
  });
});

describe("what stands around a message", () => {
  function verdicts(
    context: Parameters<typeof authenticatedData>[2],
    rawContext?: Uint8Array,
  ): readonly string[] {
    const world = createWorld("context", "alice", "bob", "mallory");
    forgeMessage(world, "mallory", {
      data: honestData(world, "mallory", "hello"),
      ...(context === undefined ? {} : { context }),
      ...(rawContext === undefined ? {} : { rawContext }),
    });
    const { alice = [], bob = [] } = words(catchUp(world));
    expect(isAgreed(world)).toBe(true);
    return [...alice, ...bob];
  }

  it("[CI-45] names this log and this epoch, or the message is skipped by all", () => {
    const skipped = ["skipped bad-context", "skipped bad-context"];
    expect(verdicts({})).toEqual(["mallory: hello", "mallory: hello"]);
    expect(verdicts({ logId: new Uint8Array(32) })).toEqual(skipped);
    expect(verdicts({ epochTag: new Uint8Array(8) })).toEqual(skipped);
    expect(verdicts({}, new Uint8Array(81))).toEqual(skipped);
    expect(verdicts({}, new Uint8Array())).toEqual(skipped);
  });

  it("[CI-27] raises an alarm where it contradicts, names who says so, and is read all the same", () => {
    const world = createWorld("alarm", "alice", "bob", "mallory");
    const relayMark = new Uint8Array(16);
    const { seq } = circleOf(world, "mallory").log;
    forgeMessage(world, "mallory", {
      data: honestData(world, "mallory", "hello"),
      context: { relayMark },
    });
    const [outcome] = catchUp(world, "alice").get("alice") ?? [];
    expect(wordOf(outcome)).toBe("mallory: hello");
    expect(outcome).toMatchObject({
      alarms: [
        {
          kind: "fork",
          seq,
          witness: { name: "mallory", memberKey: keyOf(world, "mallory") },
        },
      ],
    });
  });

  it("[CI-27] raises it for a commit too, which V judges as if there were none", () => {
    const world = createWorld("alarm of a commit", "alice", "bob");
    forgeCommit(world, "alice", { data: { relayMark: new Uint8Array(16) } });
    const [outcome] = catchUp(world, "bob").get("bob") ?? [];
    expect(outcome).toMatchObject({
      kind: "commit",
      alarms: [{ kind: "fork", witness: { name: "alice" } }],
    });
  });

  it("[CI-27] finds the fork of a relay that shows two orders, with the first message that crosses", () => {
    const world = createWorld("fork", "alice", "bob", "carol");
    const one = seal(world, "carol", "one");
    const two = seal(world, "carol", "two");
    // Alice is shown one and two, Bob two and one.
    const logs = new Map<string, readonly Uint8Array[]>([
      ["alice", [one.body, two.body]],
      ["bob", [two.body, one.body]],
    ]);
    for (const [name, bodies] of logs) {
      for (const body of bodies) {
        const { circle, env } = actorOf(world, name);
        const { logId, seq } = circleOf(world, name).log;
        const entry = { logId, seq: seq + 1, body, pendings: [] };
        const outcome = readEntry(circle!, env, entry);
        if ("circle" in outcome) actorOf(world, name).circle = outcome.circle;
      }
    }
    const { body } = seal(world, "bob", "hello");
    const circle = circleOf(world, "alice");
    const { logId, seq } = circle.log;
    const outcome = readEntry(circle, actorOf(world, "alice").env, {
      logId,
      seq: seq + 1,
      body,
      pendings: [],
    });
    expect(outcome).toMatchObject({
      kind: "content",
      alarms: [{ kind: "fork", witness: { name: "bob" } }],
    });
  });

  it("[CI-46] opens with the author's own leaf and epoch, or the message is skipped", () => {
    const world = createWorld("header", "alice", "bob", "mallory");
    const { mls: state } = circleOf(world, "mallory");
    const honest = {
      messageId: new Uint8Array(16),
      leaf: state.own.leafIndex,
      epoch: state.context.epoch,
      minute: 1,
    };
    const content = encodeUtf8("hello");
    for (const header of [
      { ...honest, leaf: leafOf(world, "alice") },
      { ...honest, epoch: honest.epoch - 1n },
    ])
      forgeMessage(world, "mallory", { data: encodeMessage(header, content) });
    forgeMessage(world, "mallory", { data: encodeUtf8("short") });
    const skipped = Array.from({ length: 3 }, () => "skipped bad-header");
    expect(words(catchUp(world))).toMatchObject({
      alice: skipped,
      bob: skipped,
    });
  });
});

describe("a message that was sealed again", () => {
  it("[CI-47] is skipped under the generation that it had", () => {
    const world = createWorld("copy", "alice", "bob", "mallory");
    const { body } = say(world, "bob", "hello");
    catchUp(world);
    const message = expectOk(openAs(world, "mallory", body));
    appendMessage(world, "mallory", message);
    expect(words(catchUp(world))).toMatchObject({
      alice: ["skipped consumed"],
      bob: ["own-message"],
    });
  });

  it("[CI-47] is told to its author by an entry id that the author does not know", () => {
    const world = createWorld("own copy", "alice", "bob", "mallory");
    const { body, entryId } = say(world, "bob", "hello");
    const message = expectOk(openAs(world, "mallory", body));
    appendMessage(world, "mallory", message);
    const outcomes = catchUp(world, "bob").get("bob") ?? [];
    expect(outcomes.map(wordOf)).toEqual(["own-message", "own-message"]);
    const ids = outcomes.map((outcome) =>
      "entryId" in outcome ? outcome.entryId : undefined,
    );
    expect(ids[0]).toEqual(entryId);
    expect(ids[1]).not.toEqual(entryId);
  });
});

describe("an own message that others have opened under another generation", () => {
  it("[CI-47] brings a state that does not seal under it", () => {
    const world = createWorld("generation", "alice", "bob");
    const { body } = seal(world, "bob", "hello");
    const circle = circleOf(world, "bob");
    const state = { ...circle.mls };
    // MLS alone can tell that a copy took a generation of ours; here it says so.
    const processMessage = () => ({
      kind: "ignored" as const,
      reason: "own-message" as const,
      state,
    });
    const { env } = actorOf(world, "bob");
    const { logId, seq } = circle.log;
    const outcome = readEntry(
      circle,
      { ...env, mls: { ...env.mls, processMessage } },
      { logId, seq: seq + 1, body, pendings: [] },
    );
    expect(outcome.kind).toBe("own-message");
    expect("circle" in outcome && outcome.circle.mls).toBe(state);
  });
});

describe("commits", () => {
  it("[CI-48] tell who came, who went and what was before", () => {
    const world = createWorld("told", "alice", "bob");
    const invite = makeInvite(world, "alice", 1);
    join(world, "alice", { name: "carol", invite });
    const added = actorOf(world, "bob").outcomes.at(-1);
    expect(added).toMatchObject({
      kind: "commit",
      moved: undefined,
      commit: {
        committer: { name: "alice", memberKey: keyOf(world, "alice") },
        isOwn: false,
        added: [
          {
            name: "carol",
            memberKey: keyOf(world, "carol"),
            leaf: leafOf(world, "carol"),
          },
        ],
        removed: [],
        won: undefined,
      },
    });
    const before = circleOf(world, "bob");
    const gone = keyOf(world, "carol");
    remove(world, "alice", "carol");
    const removed = actorOf(world, "bob").outcomes.at(-1);
    expect(removed).toMatchObject({
      kind: "commit",
      moved: {
        closed: { logId: before.log.logId, seq: before.log.seq + 1 },
        next: { logId: circleOf(world, "bob").log.logId },
      },
      commit: {
        added: [],
        removed: [{ name: "carol", memberKey: gone, isOwnWish: false }],
        infoBefore: before.info,
      },
    });
    const own = actorOf(world, "alice").outcomes.at(-1);
    expect(own).toMatchObject({ commit: { isOwn: true } });
  });

  it("[CI-57] of our own change nothing until the log shows that they won", () => {
    const world = createWorld("own commit", "alice", "bob");
    rename(world, "alice", "Another name");
    const before = circleOf(world, "alice");
    expect(before.info.name).toBe("Bread and roses");
    catchUp(world);
    expect(circleOf(world, "alice").info.name).toBe("Another name");
    expect(isAgreed(world)).toBe(true);
  });

  it("[CI-49] of our own without its pending half halt: the others go on without us", () => {
    const world = createWorld("lost half", "alice", "bob");
    rename(world, "alice", "Another name");
    actorOf(world, "alice").pendings = [];
    expect(words(catchUp(world, "alice"))).toEqual({
      alice: ["halted missing-pending"],
    });
    const [outcome] = actorOf(world, "alice").outcomes.slice(-1);
    expect(outcome).toMatchObject({ committer: { name: "alice" } });
  });

  it("[CI-49] that remove us end our circle, and tell by whom", () => {
    const world = createWorld("out", "alice", "bob");
    const { env } = actorOf(world, "alice");
    const memberKeys = [keyOf(world, "bob")];
    act(
      world,
      "alice",
      planRemove(circleOf(world, "alice"), env, { memberKeys }),
    );
    const [outcome] = catchUp(world, "bob").get("bob") ?? [];
    expect(outcome).toMatchObject({ kind: "removed", by: { name: "alice" } });
  });
});

describe("a circle that needs a newer program", () => {
  it("[CI-50] is read up to the commit that says so, and no further; nothing is written", () => {
    const world = createWorld("paused", "alice", "bob");
    forgeCommit(world, "alice", {
      proposals: [
        infoProposal(world, "alice", { minVersion: 2, policyVersion: 1 }),
      ],
    });
    expect(words(catchUp(world))).toEqual({
      alice: ["commit"],
      bob: ["commit"],
    });
    const { body } = expectOk(
      sealMessage(
        circleOf(world, "alice"),
        actorOf(world, "alice").env,
        new Uint8Array(9),
      ),
    );
    append(world, "alice", body);
    expect(words(catchUp(world, "bob"))).toEqual({ bob: ["paused"] });
    const circle = circleOf(world, "bob");
    const { env } = actorOf(world, "bob");
    const content = { messageId: new Uint8Array(16), minute: 0 };
    expect(
      sealContent(circle, env, { ...content, content: new Uint8Array() }),
    ).toEqual({ ok: false, error: { kind: "paused" } });
    expect(proposeLeave(circle, env)).toMatchObject({ ok: false });
    expect(
      planChange(circleOf(world, "alice"), env, { name: "More" }),
    ).toMatchObject({ ok: false, error: { kind: "paused" } });
  });
});

describe("sealing", () => {
  it("[CI-33] makes entries of three sizes, each under keys of its own", () => {
    const world = createWorld("sizes", "alice", "bob");
    const lengths = [0, 3_000, 4_000, 15_000, 20_000, 61_440];
    const sizes = lengths.map((length) => {
      const { body } = seal(world, "alice", "a".repeat(length));
      append(world, "alice", body);
      return body.length;
    });
    expect(sizes).toEqual([3_840, 3_840, 16_128, 16_128, 65_280, 65_280]);
    const { bob = [] } = words(catchUp(world));
    expect(bob.map((word) => word.length - "alice: ".length)).toEqual(lengths);
  });

  it("[CI-34] refuses what fits no entry, and uses no key for it", () => {
    const world = createWorld("too large", "alice");
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const sealed = sealContent(circle, env, {
      messageId: new Uint8Array(16),
      minute: 0,
      content: new Uint8Array(65_280),
    });
    expect(sealed).toEqual({ ok: false, error: { kind: "too-large" } });
  });
});

describe("a full log", () => {
  it("[CI-23] is followed by the next part of the same address", () => {
    const world = createWorld("full", "alice", "bob");
    for (const name of ["alice", "bob"]) {
      const actor = actorOf(world, name);
      const circle = circleOf(world, name);
      actor.circle = { ...circle, log: { ...circle.log, seq: 65_535 } };
    }
    const { body } = seal(world, "alice", "last");
    const circle = circleOf(world, "bob");
    const { logId } = circle.log;
    const entry = { logId, seq: 65_536, body, pendings: [] };
    const outcome = readEntry(circle, actorOf(world, "bob").env, entry);
    expect(wordOf(outcome)).toBe("alice: last");
    expect(outcome).toMatchObject({
      moved: { closed: { logId, seq: 65_536 } },
      circle: { log: { seq: 0, address: { addressNumber: 0, part: 1 } } },
    });
  });
});

/** The MLS message in an entry, as somebody of the epoch sees it. */
function openAs(world: World, name: string, body: Uint8Array) {
  return openOwn(circleOf(world, name), body);
}

function openOwn(circle: ReturnType<typeof circleOf>, body: Uint8Array) {
  const keys = circle.epochKeys.map(({ envelopeKey }) => envelopeKey);
  const opened = openEnvelope({ keys, logId: circle.log.logId, body });
  return opened.ok
    ? { ok: true as const, value: opened.value.message }
    : opened;
}
