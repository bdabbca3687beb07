// Inboxes: one reads, many write, nobody is lost.

import { MAX_INBOX_MESSAGES } from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import {
  answerStore,
  answerTo,
  bodyOf,
  connect,
  createWorld,
  creatingInbox,
  disconnect,
  failStore,
  inboxKeys,
  openingInbox,
  outcomeOf,
  named,
  owner,
  release,
  send,
  sendingAsMember,
  take,
  tryOut,
  type Asking,
  type Client,
} from "../testing/relay-world.ts";

const inbox = inboxKeys("a");
const { inboxId, sendId } = inbox;

const sending = (n: number, size?: number): Asking => ({
  type: "inbox-send",
  sendId,
  body: bodyOf(n, size),
});

/** What came of messages, in short: `m2` a message, `c2` caught up, or the outcome. */
function takeShort(client: Client): string[] {
  return take(client).map((said) => {
    if (said.type === "inbox-message") return `m${said.seq}`;
    return said.type === "inbox-caught-up" ? `c${said.seq}` : outcomeOf(said);
  });
}

function acknowledge(client: Client, messageSeq: number): string {
  return tryOut(client, { type: "inbox-ack", inboxId, messageSeq });
}

describe("an inbox", () => {
  it("[RL-34] takes the owner's key to make and to open", () => {
    const world = createWorld();
    const [client, stranger] = [connect(world), connect(world)];
    const wrong = { signature: new Uint8Array(64) };
    expect(tryOut(client, { ...creatingInbox(client, inbox), ...wrong })).toBe(
      "unavailable",
    );
    expect(tryOut(client, openingInbox(client, inbox))).toBe("unavailable");
    expect(tryOut(client, creatingInbox(client, inbox))).toBe("ok");
    expect(tryOut(client, creatingInbox(client, inbox))).toBe("ok");
    expect(tryOut(stranger, openingInbox(client, inbox))).toBe("unavailable");
    expect(tryOut(client, openingInbox(client, inbox))).toBe("inbox-caught-up");
    expect(tryOut(client, openingInbox(client, inbox))).toBe("subscribed");
  });

  it("[RL-34] has one send id, and none that is another's", () => {
    const world = createWorld();
    const client = owner(world, inbox);
    const other = inboxKeys("b");
    const moved = { ...inbox, sendId: other.sendId };
    expect(tryOut(client, creatingInbox(client, moved))).toBe("unavailable");
    const taking = { ...other, sendId };
    expect(tryOut(client, creatingInbox(client, taking))).toBe("unavailable");
    expect(tryOut(client, openingInbox(client, taking))).toBe("unavailable");
    expect(tryOut(client, creatingInbox(client, other))).toBe("ok");
    take(client);
    send(connect(world), sending(1));
    expect(takeShort(client)).toEqual(["m1"]);
  });

  it("[RL-35] takes messages from whoever knows the send id, and tells them nothing", () => {
    const world = createWorld();
    const reader = owner(world, inbox);
    const sender = connect(world);
    send(sender, sending(1), sending(2, 16_128), sending(3, 65_280));
    expect(take(sender)).toEqual(
      [2, 3, 4].map((request) => ({ type: "ok", request })),
    );
    expect(take(reader)).toMatchObject([
      { type: "inbox-message", inboxId, seq: 1, body: bodyOf(1) },
      { type: "inbox-message", inboxId, seq: 2, body: bodyOf(2, 16_128) },
      { type: "inbox-message", inboxId, seq: 3, body: bodyOf(3, 65_280) },
    ]);
    // The inbox id is no send id.
    expect(
      tryOut(sender, { type: "inbox-send", sendId: inboxId, body: bodyOf(1) }),
    ).toBe("unavailable");
  });

  it("[RL-36] keeps what is not acknowledged, for every connection that opens it", () => {
    const world = createWorld();
    const first = owner(world, inbox);
    const sender = connect(world);
    send(sender, sending(1), sending(2), sending(3));
    expect(takeShort(first)).toEqual(["m1", "m2", "m3"]);
    expect(acknowledge(first, 2)).toBe("ok");
    expect(acknowledge(first, 2)).toBe("ok");
    expect(acknowledge(first, 9)).toBe("ok");
    disconnect(first);
    const second = connect(world);
    send(second, openingInbox(second, inbox));
    expect(takeShort(second)).toEqual(["m1", "m3", "c3"]);
    for (const seq of [1, 3]) acknowledge(second, seq);
    const third = connect(world);
    send(third, openingInbox(third, inbox));
    expect(takeShort(third)).toEqual(["c3"]);
    take(second);
    send(sender, sending(4));
    expect(takeShort(third)).toEqual(["m4"]);
    expect(takeShort(second)).toEqual(["m4"]);
  });

  it("[RL-36] is acknowledged by its owner alone", () => {
    const world = createWorld();
    const reader = owner(world, inbox);
    const sender = connect(world);
    send(sender, sending(1));
    expect(acknowledge(sender, 1)).toBe("unavailable");
    disconnect(reader);
    const again = connect(world);
    send(again, openingInbox(again, inbox));
    expect(takeShort(again)).toEqual(["m1", "c1"]);
  });

  it("[RL-36] loses and doubles nothing that comes while it is opened", () => {
    const world = createWorld();
    const reader = connect(world);
    const sender = connect(world);
    send(reader, creatingInbox(reader, inbox));
    send(sender, sending(1));
    take(reader);
    world.held.add("store");
    send(sender, sending(2));
    send(reader, openingInbox(reader, inbox));
    answerStore(world);
    send(sender, sending(3));
    answerStore(world);
    send(sender, sending(4));
    release(world);
    expect(takeShort(reader)).toEqual(["m1", "m2", "c2", "m3", "m4"]);
  });

  it("[RL-37] knows a body again while it is kept", () => {
    const world = createWorld();
    const reader = owner(world, inbox);
    const sender = connect(world);
    expect([1, 1, 2, 1].map((n) => tryOut(sender, sending(n)))).toEqual([
      "ok",
      "ok",
      "ok",
      "ok",
    ]);
    expect(takeShort(reader)).toEqual(["m1", "m2"]);
    world.held.add("store");
    send(sender, sending(3), sending(1));
    release(world);
    expect(takeShort(reader)).toEqual(["m3"]);
    acknowledge(reader, 1);
    take(reader);
    send(sender, sending(1));
    expect(takeShort(reader)).toEqual(["m4"]);
  });

  it("[RL-38] refuses when it is full, and evicts nothing", () => {
    const world = createWorld();
    const reader = owner(world, inbox);
    const sender = connect(world);
    for (let i = 1; i <= MAX_INBOX_MESSAGES; i++) send(sender, sending(i));
    take(sender);
    expect(tryOut(sender, sending(1_000))).toBe("quota");
    expect(tryOut(sender, sending(5))).toBe("ok");
    expect(takeShort(reader)).toHaveLength(MAX_INBOX_MESSAGES);
    const another = connect(world);
    send(another, openingInbox(another, inbox));
    expect(takeShort(another)).toEqual([
      ...Array.from({ length: MAX_INBOX_MESSAGES }, (_, i) => `m${i + 1}`),
      `c${MAX_INBOX_MESSAGES}`,
    ]);
    acknowledge(reader, 7);
    expect(tryOut(sender, sending(1_000))).toBe("ok");
    expect(tryOut(sender, sending(1_001))).toBe("quota");
  });
});

describe("the members' share of an inbox", () => {
  const key = named("member key");
  const setting = (memberPub: Uint8Array): Asking => ({
    type: "set-inbox-key",
    inboxId,
    memberPub,
  });
  const asMember = (client: Client, n: number, signer = key): Asking =>
    sendingAsMember(client, inbox, { key: signer, body: bodyOf(n) });

  it("[RL-46] is for those who sign with the key that the owner named, or the one before", () => {
    const world = createWorld();
    const reader = owner(world, inbox);
    const sender = connect(world);
    const [later, last] = [named("later"), named("last")];
    expect(tryOut(sender, asMember(sender, 1))).toBe("unavailable");
    expect(tryOut(reader, setting(key))).toBe("ok");
    expect(tryOut(sender, asMember(sender, 1))).toBe("ok");
    expect(tryOut(reader, setting(later))).toBe("ok");
    expect(tryOut(reader, setting(later))).toBe("ok");
    expect(tryOut(sender, asMember(sender, 2))).toBe("ok");
    expect(tryOut(sender, asMember(sender, 3, later))).toBe("ok");
    expect(tryOut(reader, setting(last))).toBe("ok");
    expect(tryOut(sender, asMember(sender, 4))).toBe("unavailable");
    expect(tryOut(sender, asMember(sender, 4, later))).toBe("ok");
    take(reader);
    // Who is refused may still use the open share.
    expect(tryOut(sender, sending(5))).toBe("ok");
    expect(takeShort(reader)).toEqual(["m5"]);
  });

  it("[RL-46] takes a signature over this body, inbox, relay and connection alone", () => {
    const world = createWorld();
    const reader = owner(world, inbox);
    send(reader, setting(key));
    const [sender, other] = [connect(world), connect(world)];
    const message = { key, body: bodyOf(1) };
    const signed = sendingAsMember(sender, inbox, message);
    const wrong: Asking[] = [
      asMember(other, 1),
      { ...signed, body: bodyOf(2) },
      asMember(sender, 1, named("stranger")),
      // The relay's own key stands in for one that is not there, and is none.
      asMember(sender, 1, world.env.relayPub),
      sendingAsMember(sender, inboxKeys("none"), { key, body: bodyOf(1) }),
    ];
    for (const asking of wrong)
      expect(tryOut(sender, asking)).toBe("unavailable");
    expect(tryOut(sender, signed)).toBe("ok");
  });

  it("[RL-46] says the same, after the same work, where there is no inbox, no key or another", () => {
    let checks = 0;
    const { env } = createWorld();
    const world = createWorld({
      verify: (...proof) => {
        checks += 1;
        return env.verify(...proof);
      },
    });
    const reader = owner(world, inbox);
    const sender = connect(world);
    const work = (asking: Asking): unknown => {
      const before = [checks, world.effects.length] as const;
      const answer = tryOut(sender, asking);
      return [answer, checks - before[0], world.effects.length - before[1]];
    };
    const nobody = sendingAsMember(sender, inboxKeys("none"), {
      key,
      body: bodyOf(1),
    });
    const answers = [work(nobody), work(asMember(sender, 1))];
    for (const pub of [named("a"), named("b")]) {
      send(reader, setting(pub));
      answers.push(work(asMember(sender, 1)));
    }
    for (const answer of answers) expect(answer).toEqual(["unavailable", 2, 2]);
  });

  it("[RL-47] is not filled by others, and fills nothing of theirs", () => {
    for (const isMemberFirst of [true, false]) {
      const world = createWorld();
      const reader = owner(world, inbox);
      send(reader, setting(key));
      const sender = connect(world);
      const one = (n: number): Asking =>
        isMemberFirst ? asMember(sender, n) : sending(n);
      const two = (n: number): Asking =>
        isMemberFirst ? sending(n) : asMember(sender, n);
      for (let n = 0; n < MAX_INBOX_MESSAGES; n++) send(sender, one(n));
      expect(tryOut(sender, one(1_000))).toBe("quota");
      for (let n = 0; n < MAX_INBOX_MESSAGES; n++) {
        expect(tryOut(sender, two(100 + n))).toBe("ok");
      }
      expect(tryOut(sender, two(1_000))).toBe("quota");
      take(reader);
      acknowledge(reader, 1);
      expect(tryOut(sender, two(1_000))).toBe("quota");
      expect(tryOut(sender, one(1_000))).toBe("ok");
    }
  });

  it("[RL-48] is named by the owner alone", () => {
    const world = createWorld();
    const reader = owner(world, inbox);
    const stranger = connect(world);
    expect(tryOut(stranger, setting(named("mine")))).toBe("unavailable");
    expect(
      tryOut(reader, {
        type: "set-inbox-key",
        inboxId: sendId,
        memberPub: key,
      }),
    ).toBe("unavailable");
    const again = connect(world);
    // In one frame with the proof that it needs.
    send(again, openingInbox(again, inbox), setting(key));
    expect(takeShort(again).toSorted()).toEqual(["c0", "ok"]);
    expect(tryOut(stranger, asMember(stranger, 1))).toBe("ok");
  });

  it("[RL-16] keeps the order of one sender's messages, whatever share they are for", () => {
    const world = createWorld();
    const reader = owner(world, inbox);
    send(reader, setting(key));
    const sender = connect(world);
    take(reader);
    world.held.add("store");
    send(
      sender,
      asMember(sender, 1),
      sending(2),
      asMember(sender, 3),
      sending(4),
    );
    release(world);
    const bodies = take(reader).flatMap((said) =>
      said.type === "inbox-message" ? [said.body] : [],
    );
    expect(bodies).toEqual([1, 2, 3, 4].map((n) => bodyOf(n)));
    expect(take(sender).map((said) => outcomeOf(said))).toEqual(
      Array.from({ length: 4 }, () => "ok"),
    );
  });

  it("[RL-20] [RL-27] leaves nothing of a sender who leaves, and says when the store fails", () => {
    const world = createWorld();
    const reader = owner(world, inbox);
    send(reader, setting(key));
    const [sender, leaver] = [connect(world), connect(world)];
    take(reader);
    world.held.add("store");
    const [request = 0] = send(sender, asMember(sender, 1), sending(1));
    send(leaver, asMember(leaver, 2), sending(3));
    disconnect(leaver);
    failStore(world);
    expect(outcomeOf(answerTo(sender, request))).toBe("storage");
    release(world);
    expect(takeShort(reader)).toEqual(["m1"]);
    expect(world.state.load).toEqual({ requests: 0, bytes: 0 });
  });
});
