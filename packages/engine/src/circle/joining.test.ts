/** From the request to the first message inside, with everything that can be false on the way. */
import { describe, expect, it } from "vitest";
import {
  concatBytes,
  encode,
  encodeHex,
  encodeUtf8,
  writeBytes,
  writeU8,
  writeVector,
} from "@halqa/bytes";
import {
  ed25519Sign,
  labels,
  sealChunk,
  sha256,
  startSealing,
} from "@halqa/crypto";
import { BODY_SIZES } from "@halqa/protocol";
import * as mls from "@halqa/mls";
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { encodeCircleParts } from "./circle-codec.ts";
import { CIRCLE_EXTENSION, encodeCircleInfo } from "./circle-info.ts";
import type { CircleInfo } from "./circle-info.ts";
import { finishJoin } from "./finish-join.ts";
import { createInviteLink } from "./invite-link.ts";
import { createInvite } from "./invite.ts";
import { inviteKeys } from "./invite-secret.ts";
import type { Invite } from "./invite-secret.ts";
import {
  createJoinRequest,
  openJoinRequest,
  readJoinRequest,
} from "./join-request.ts";
import type { JoinRequest } from "./join-request.ts";
import { decodeJoining, encodeJoining } from "./joining.ts";
import type { Joining } from "./joining.ts";
import { openPaddedBox, sealPaddedBox } from "./padded-box.ts";
import { planAdd, planChange } from "./plan-commit.ts";
import { proposeLeave } from "./propose.ts";
import type { RelayRecord } from "./relay-record.ts";
import { membersOf } from "./roster.ts";
import { encodeStartInfo, START_EXTENSION } from "./start-info.ts";
import { MAX_TREE_BYTES, openTree, sealTree, toBlobRef } from "./tree-blob.ts";
import {
  buildJoinerWelcome,
  decodeWelcome,
  encodeWelcome,
  openWelcome,
} from "./welcome.ts";
import { addProposal } from "./testing/forge.ts";
import type { ForgedLeaf } from "./testing/forge.ts";
import { checkCodec } from "./testing/codec-checks.ts";
import {
  act,
  actorOf,
  append,
  ask,
  catchUp,
  circleOf,
  createWorld,
  enter,
  expectOk,
  isAgreed,
  keyOf,
  makeInvite,
  NOW,
  open,
  say,
  TODAY,
  welcomeFor,
  words,
} from "./testing/circle-world.ts";
import type { World } from "./testing/circle-world.ts";

interface Asked {
  readonly world: World;
  readonly invite: Invite;
  readonly joining: Joining;
  readonly box: Uint8Array;
}

/** Alice and Bob are in; Carol has asked Alice. */
function createAsked(seed: string): Asked {
  const world = createWorld(seed, "alice", "bob");
  const invite = makeInvite(world, "alice", 2);
  return { world, invite, ...ask(world, "alice", { name: "carol", invite }) };
}

function letIn({ world, invite, box }: Asked, by = "alice"): JoinRequest {
  const request = open(world, by, { invite, box });
  const { env } = actorOf(world, by);
  const requests = [request];
  act(world, by, planAdd(circleOf(world, by), env, { requests, now: NOW }));
  catchUp(world);
  return request;
}

describe("a join request", () => {
  it("[IN-26] carries a KeyPackage, the name in it, and where the answer goes", () => {
    const { world, invite, joining, box } = createAsked("request");
    const request = open(world, "alice", { invite, box });
    expect(request).toMatchObject({
      keyPackage: joining.own.keyPackage,
      memberKey: joining.memberKey,
      name: "carol",
      invitePub: inviteKeys(invite).invitePub,
      sealingKey: joining.sealingKey.publicKey,
      relay: world.relay,
      inbox: { relayPub: world.relay.relayPub },
    });
  });

  it("[IN-25] is answered at a relay of the circle, and nowhere that the asker would name", () => {
    const { world, invite } = createAsked("elsewhere");
    const { env, random } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const elsewhere = {
      url: "wss://trap.example",
      relayPub: random.bytes(32),
      access: undefined,
    };
    const link = createInviteLink(circle, env, { invite, isAuto: false });
    const askAt = (relay: RelayRecord) =>
      createJoinRequest(env, {
        link: { ...link, relays: [...link.relays, elsewhere] },
        identitySeed: random.bytes(32),
        memberName: "mallory",
        relay,
        sendId: random.bytes(32),
        now: NOW,
      }).box;
    const box = askAt(elsewhere);
    expect(openJoinRequest(circle, env, { invite, box })).toEqual({
      ok: false,
      error: { kind: "refused", detail: "relay" },
    });
    const named = { ...world.relay, url: "wss://trap.example" };
    const request = open(world, "alice", { invite, box: askAt(named) });
    expect(request.relay).toEqual(world.relay);
  });

  it("[IN-4] fills a body of an inbox", () => {
    const { box } = createAsked("size");
    expect(box).toHaveLength(BODY_SIZES[0]);
  });

  it("[IN-23] is known again when it comes twice", () => {
    const asked = createAsked("twice");
    const { world, invite } = asked;
    const one = open(world, "alice", asked);
    const two = open(world, "alice", asked);
    expect(one.id).toEqual(two.id);
    const other = ask(world, "alice", { name: "carol", invite });
    const again = open(world, "alice", { invite, box: other.box });
    expect(again.id).not.toEqual(one.id);
    expect(again.memberKey).toEqual(one.memberKey);
  });

  it("[IN-24] is opened with this invite's key, in this circle, and by nobody else", () => {
    const { world, invite, box } = createAsked("bound");
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const notOpened = { ok: false, error: { kind: "not-opened" } };
    const other = createInvite(circle, env, TODAY);
    expect(openJoinRequest(circle, env, { invite: other, box })).toEqual(
      notOpened,
    );
    const elsewhere = circleOf(createWorld("elsewhere", "alice"), "alice");
    expect(openJoinRequest(elsewhere, env, { invite, box })).toEqual(notOpened);
  });

  it("[IN-21] is judged without a throw, whatever it is", () => {
    const { world, invite, box } = createAsked("hostile");
    const { env, random } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const request = open(world, "alice", { invite, box });
    const { invitePub } = request;
    for (let run = 0; run < 300; run++) {
      const bytes = mutateBytes(request.bytes, random);
      const read = readJoinRequest(circle, env, { invitePub, bytes });
      expect(read.ok).toBe(false);
    }
    for (const bytes of [new Uint8Array(), random.bytes(3_840)]) {
      const read = openJoinRequest(circle, env, { invite, box: bytes });
      expect(read).toMatchObject({ ok: false });
    }
  });

  it("[IN-21] is refused when its KeyPackage is larger than any honest one", () => {
    const { world, invite } = createAsked("large");
    const { env, random } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const { invitePub } = inviteKeys(invite);
    const read = (length: number) => {
      const bytes = encode((w) => {
        writeU8(w, 1);
        writeVector(w, random.bytes(length));
        writeBytes(w, random.bytes(64));
      });
      const decoded = readJoinRequest(circle, env, { invitePub, bytes });
      return decoded.ok ? "ok" : decoded.error.kind;
    };
    expect(read(2_049)).toBe("malformed");
    expect(read(60_000)).toBe("malformed");
    const honest = open(world, "alice", {
      invite,
      box: ask(world, "alice", { name: "d".repeat(64), invite }).box,
    });
    expect(honest.bytes.length).toBeLessThan(1_024);
  });

  it("[IN-22] is refused without the invite's signature, for another invite, and with a false leaf", () => {
    const { world, invite } = createAsked("refused");
    const { env, random } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const link = createInviteLink(circle, env, { invite, isAuto: false });
    const { invitePub } = inviteKeys(invite);
    const aad = concatBytes(circle.info.circleId, invitePub);
    const verdictOf = (changed: Partial<typeof link>): unknown => {
      const { box } = createJoinRequest(env, {
        link: { ...link, ...changed },
        identitySeed: random.bytes(32),
        memberName: "mallory",
        relay: world.relay,
        sendId: random.bytes(32),
        now: NOW,
      });
      // What was sealed for another invite or circle is sealed anew for this one.
      const other = { ...link, ...changed };
      const otherPub = mls.suite3.signaturePublicKey(other.inviteSeed);
      const plaintext = expectOk(
        openPaddedBox({
          label: "joinRequestBox",
          keyPair: inviteKeys(invite).sealing,
          aad: concatBytes(other.circleId, otherPub),
          box,
        }),
      );
      const moved = expectOk(
        sealPaddedBox({
          label: "joinRequestBox",
          publicKey: link.sealingKey,
          aad,
          plaintext,
          random: random.bytes,
        }),
      );
      const opened = openJoinRequest(circle, env, { invite, box: moved });
      return opened.ok ? "ok" : opened.error;
    };
    expect(verdictOf({})).toBe("ok");
    const ticket = { kind: "refused", detail: "ticket" };
    expect(verdictOf({ inviteSeed: random.bytes(32) })).toEqual(ticket);
    expect(verdictOf({ circleId: random.bytes(32) })).toEqual(ticket);
  });
});

describe("the KeyPackage of a request", () => {
  /** What a steward's device says of a request whose signature is right. */
  function verdictOf(asked: Asked, keyPackage: mls.KeyPackage): string {
    const { world } = asked;
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const { inviteSeed, invitePub } = inviteKeys(asked.invite);
    const encoded = mls.encodeKeyPackage(keyPackage);
    const commitment = new Uint8Array(32).fill(5);
    const ticket = concatBytes(
      encodeUtf8(labels.joinTicket),
      circle.info.circleId,
      sha256(encoded),
      commitment,
    );
    const bytes = encode((w) => {
      writeU8(w, 1);
      writeVector(w, encoded);
      writeBytes(w, commitment);
      writeBytes(w, ed25519Sign(inviteSeed, ticket));
    });
    const read = readJoinRequest(circle, env, { invitePub, bytes });
    if (read.ok) return "ok";
    return "detail" in read.error ? read.error.detail : read.error.kind;
  }

  it("[IN-21] is one that V would let in, by this invite", () => {
    const asked = createAsked("leaf");
    const { world, invite } = asked;
    const { invitePub } = inviteKeys(invite);
    const verdict = (forged: ForgedLeaf): string => {
      const { keyPackage } = addProposal(world, "alice", forged);
      return verdictOf(asked, keyPackage);
    };
    expect(verdict({ info: { invitePub } })).toBe("ok");
    expect(verdict({})).toBe("other-invite");
    const other = new Uint8Array(32).fill(1);
    expect(verdict({ info: { invitePub: other } })).toBe("other-invite");
    expect(verdict({ info: { invitePub }, circleId: other })).toBe(
      "certificate",
    );
    expect(verdict({ info: { invitePub, lastPathEpoch: 1n } })).toBe(
      "leaf-epoch",
    );
    const moreExtensions = [{ type: 0xf0ff, data: new Uint8Array() }];
    expect(verdict({ info: { invitePub }, moreExtensions })).toBe("malformed");
  });

  it("[IN-21] is one that MLS would let in", () => {
    const asked = createAsked("signature");
    const { keyPackage } = asked.joining.own;
    expect(verdictOf(asked, keyPackage)).toBe("ok");
    const signature = keyPackage.signature.with(
      0,
      keyPackage.signature[0]! ^ 1,
    );
    expect(verdictOf(asked, { ...keyPackage, signature })).toBe("signature");
  });
});

describe("a join under way", () => {
  it("[IN-30] is stored whole, and refused in pieces", () => {
    const { world, joining } = createAsked("stored");
    const { env } = actorOf(world, "carol");
    const bytes = encodeJoining(env, joining);
    expect(decodeJoining(env, bytes)).toEqual({ ok: true, value: joining });
    const random = createSeededRandom("joining");
    for (let run = 0; run < 300; run++) {
      const decoded = decodeJoining(env, mutateBytes(bytes, random));
      if (decoded.ok) expect(decoded.value).not.toEqual(joining);
    }
    const swapped = bytes.slice();
    // The sealing key's private half, before the nonce of an approval code.
    swapped.set(random.bytes(32), bytes.length - 64);
    expect(decodeJoining(env, swapped).ok).toBe(false);
  });

  it("[IN-30] is what the private keys of the KeyPackage leave behind nowhere else", () => {
    const asked = createAsked("private");
    letIn(asked);
    const { world, joining } = asked;
    enter(world, "alice", { name: "carol", joining });
    const { env } = actorOf(world, "carol");
    const { commitPart, messagePart } = encodeCircleParts(
      env,
      circleOf(world, "carol"),
    );
    const stored = encodeHex(concatBytes(commitPart, messagePart));
    expect(stored).not.toContain(encodeHex(joining.own.initKey.secretKey));
    expect(stored).toContain(encodeHex(joining.sealingKey.secretKey));
  });
});

describe("a Welcome", () => {
  it("[IN-40] leads into the circle, at the place behind the commit", () => {
    const asked = createAsked("welcome");
    letIn(asked);
    const { world, joining } = asked;
    enter(world, "alice", { name: "carol", joining });
    expect(isAgreed(world)).toBe(true);
    const names = membersOf(
      circleOf(world, "carol"),
      actorOf(world, "carol").env,
    ).map(({ name, isOwn, isSteward }) => [name, isOwn, isSteward]);
    expect(names).toEqual([
      ["alice", false, true],
      ["bob", false, false],
      ["carol", true, false],
    ]);
    say(world, "carol", "hello");
    say(world, "alice", "welcome");
    expect(words(catchUp(world))).toEqual({
      alice: ["carol: hello", "own-message"],
      bob: ["carol: hello", "alice: welcome"],
      carol: ["own-message", "alice: welcome"],
    });
  });

  it("[IN-40] is built for each joiner of one commit, with one tree for all", () => {
    const { world, invite, joining, box } = createAsked("two");
    const dora = ask(world, "alice", { name: "dora", invite });
    const requests = [box, dora.box].map((one) =>
      open(world, "alice", { invite, box: one }),
    );
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    act(world, "alice", planAdd(circle, env, { requests, now: NOW }));
    catchUp(world);
    enter(world, "alice", { name: "carol", joining });
    enter(world, "alice", { name: "dora", joining: dora.joining });
    expect(isAgreed(world)).toBe(true);
    expect(actorOf(world, "alice").welcomes.at(-1)?.boxes).toHaveLength(2);
  });

  it("[IN-40] is built from the state that its commit led to, and no later one", () => {
    const asked = createAsked("later");
    const { world } = asked;
    letIn(asked);
    const outcome = actorOf(world, "alice").outcomes.at(-1);
    if (outcome?.kind !== "commit" || outcome.commit.won === undefined)
      throw new Error("no commit of our own");
    const { won } = outcome.commit;
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    act(world, "alice", planChange(circle, env, { name: "Later" }));
    catchUp(world, "alice");
    const built = buildJoinerWelcome(circleOf(world, "alice"), env, won);
    expect(built).toEqual({ ok: false, error: { kind: "other-epoch" } });
  });

  it("[IN-41] lets the joiner read from there on, also when the address moved with the commit", () => {
    const asked = createAsked("rotated");
    const { world, invite, box, joining } = asked;
    // The commit that lets Carol in also takes up Bob's wish to leave.
    const bob = actorOf(world, "bob");
    const leave = expectOk(proposeLeave(circleOf(world, "bob"), bob.env));
    bob.circle = leave.circle;
    append(world, "bob", leave.body);
    catchUp(world);
    letIn({ world, invite, box, joining });
    expect(actorOf(world, "bob").circle).toBeUndefined();
    enter(world, "alice", { name: "carol", joining });
    expect(circleOf(world, "carol").log).toMatchObject({
      seq: 0,
      address: { addressNumber: 1 },
    });
    say(world, "alice", "welcome");
    expect(words(catchUp(world))).toMatchObject({
      carol: ["alice: welcome"],
    });
    expect(isAgreed(world)).toBe(true);
  });

  it("[IN-42] is sealed to the joiner's device, for this circle and this member", () => {
    const asked = createAsked("sealed");
    const { world, joining, invite } = asked;
    letIn(asked);
    const { box } = welcomeFor(world, "alice", joining);
    expect(BODY_SIZES.some((size) => size === box.length)).toBe(true);
    const dora = ask(world, "alice", { name: "dora", invite }).joining;
    const notOpened = { ok: false, error: { kind: "not-opened" } };
    expect(openWelcome(dora, box)).toEqual(notOpened);
    const circleId = new Uint8Array(32);
    const link = { ...joining.link, circleId };
    expect(openWelcome({ ...joining, link }, box)).toEqual(notOpened);
    const random = createSeededRandom("box");
    for (let run = 0; run < 20; run++)
      expect(openWelcome(joining, mutateBytes(box, random)).ok).toBe(false);
  });

  it("[IN-42] is kept in one encoding until its tree is there", () => {
    const asked = createAsked("kept");
    letIn(asked);
    const { box } = welcomeFor(asked.world, "alice", asked.joining);
    const opened = expectOk(openWelcome(asked.joining, box));
    checkCodec({ encode: encodeWelcome, decode: decodeWelcome }, [opened]);
  });
});

describe("the tree beside the Welcome", () => {
  const world = createWorld("tree", "alice");
  const { env, random } = actorOf(world, "alice");
  const context = new Uint8Array(32);

  it("[IN-43] fills 1, 4 or 16 parts, whatever its size", () => {
    for (const [length, count] of [
      [0, 1],
      [65_000, 1],
      [66_000, 4],
      [300_000, 16],
      [MAX_TREE_BYTES, 16],
    ] as const) {
      const tree = random.bytes(8);
      const padded = new Uint8Array(length);
      padded.set(tree.subarray(0, length));
      const { ref, parts } = expectOk(sealTree(env, { tree: padded, context }));
      expect(parts.map((part) => part.length)).toEqual(
        Array.from({ length: count }, () => 65_280),
      );
      expect(openTree(ref, { parts, context })).toEqual({
        ok: true,
        value: padded,
      });
    }
    const tree = new Uint8Array(MAX_TREE_BYTES + 1);
    expect(sealTree(env, { tree, context })).toMatchObject({ ok: false });
  });

  it("[IN-44] opens from its own parts only, in their order, in its circle", () => {
    const tree = random.bytes(100_000);
    const { ref, parts } = expectOk(sealTree(env, { tree, context }));
    const fails = (
      changed: readonly Uint8Array[],
      other: Uint8Array = context,
    ): void => {
      const opened = openTree(ref, { parts: changed, context: other });
      expect(opened).toEqual({ ok: false, error: { kind: "not-opened" } });
    };
    fails(parts.toReversed());
    fails(parts.slice(1));
    fails([]);
    fails([...parts.slice(0, -1), mutateBytes(parts.at(-1)!, random)]);
    fails(parts, new Uint8Array(32).fill(1));
    const key = random.bytes(32);
    expect(openTree({ ...ref, key }, { parts, context }).ok).toBe(false);
  });
});

describe("a blob that was not sealed to its end", () => {
  it("[IN-44] does not open: the rest could say something else", () => {
    const { random } = actorOf(createWorld("cut", "alice"), "alice");
    const context = new Uint8Array(32);
    const key = random.bytes(32);
    const { header, stream } = startSealing({
      key,
      context,
      random: random.bytes,
    });
    const plaintext = new Uint8Array(65_280 - 24 - 17);
    const { chunk } = sealChunk(stream, { plaintext, final: false });
    const part = concatBytes(header, chunk);
    const ref = toBlobRef([sha256(part)], key);
    expect(openTree(ref, { parts: [part], context }).ok).toBe(false);
  });
});

describe("what a joiner refuses", () => {
  function finish(asked: Asked, changed: Partial<Joining["link"]>): unknown {
    const { world, joining } = asked;
    const { blob, box } = welcomeFor(world, "alice", joining);
    const opened = expectOk(openWelcome(joining, box));
    const link = { ...joining.link, ...changed };
    const { env } = actorOf(world, "carol");
    const done = finishJoin({ ...joining, link }, env, {
      opened,
      parts: blob.parts,
    });
    return done.ok ? "ok" : done.error;
  }

  it("[IN-45] is a circle of another id than the link names", () => {
    const asked = createAsked("other circle");
    letIn(asked);
    expect(finish(asked, {})).toBe("ok");
    // The tree's seal is bound to the circle as well, so the id is not even looked at.
    expect(finish(asked, { circleId: new Uint8Array(32) })).toEqual({
      kind: "tree",
    });
    const other = createAsked("moved circle");
    expect(createHostile(other, { isOtherCircle: true })).toEqual({
      kind: "refused",
      detail: "policy: certificate",
    });
  });

  it("[IN-46] is a circle in which the steward of the link is none", () => {
    const asked = createAsked("other steward");
    letIn(asked);
    const stewardKey = keyOf(asked.world, "bob");
    expect(finish(asked, { stewardKey })).toEqual({ kind: "other-steward" });
  });

  it("[IN-45] is a tree that is not the circle's", () => {
    const asked = createAsked("other tree");
    const before = mls.encodeTree(circleOf(asked.world, "alice").mls);
    letIn(asked);
    const { world, joining } = asked;
    const { env } = actorOf(world, "carol");
    const { box } = welcomeFor(world, "alice", joining);
    const { welcome } = expectOk(openWelcome(joining, box));
    const context = joining.link.circleId;
    const { ref, parts } = expectOk(sealTree(env, { tree: before, context }));
    const opened = { welcome, blob: ref };
    const done = finishJoin(joining, env, { opened, parts });
    expect(done).toEqual({
      ok: false,
      error: { kind: "refused", detail: "invalid-tree: tree-hash" },
    });
  });

  it("[IN-57] is a Welcome of a member who is no steward", () => {
    const asked = createAsked("no steward");
    const fault = createHostile(asked, { by: "bob" });
    expect(fault).toMatchObject({
      kind: "refused",
      detail: "policy: welcome-by-non-steward",
    });
  });

  it("[IN-41] is a Welcome that does not say where to begin", () => {
    const asked = createAsked("no start");
    expect(createHostile(asked, { extensions: [] })).toMatchObject({
      detail: "policy: start-missing",
    });
    const start = { type: START_EXTENSION, data: new Uint8Array(4) };
    expect(createHostile(asked, { extensions: [start] })).toMatchObject({
      detail: "policy: start-malformed",
    });
    const log = circleOf(asked.world, "alice").log;
    const data = encodeStartInfo({ ...log, ...log.address, addressNumber: 9 });
    const other = { type: START_EXTENSION, data };
    expect(createHostile(asked, { extensions: [other] })).toMatchObject({
      detail: "policy: start-malformed",
    });
  });

  it("[CI-114] is a circle in a state to which V would not have led", () => {
    const stranger = new Uint8Array(32).fill(1);
    const faults = [
      { stewards: [stranger] },
      { readers: [stranger] },
      { invites: [] },
    ].map((info) => createHostile(createAsked("state"), { info }));
    expect(faults).toEqual([
      { kind: "refused", detail: "policy: steward-not-a-member" },
      { kind: "refused", detail: "policy: reader-not-a-member" },
      // Who came by which invite is V's to ask when they come, not afterwards.
      "ok",
    ]);
    const asked = createAsked("overspent");
    const { invitePub } = inviteKeys(asked.invite);
    const invites = [{ invitePub, maxUses: 1, auto: undefined }];
    const more = addProposal(asked.world, "alice", { info: { invitePub } });
    expect(createHostile(asked, { info: { invites }, more: [more] })).toEqual({
      kind: "refused",
      detail: "policy: invite-overspent",
    });
  });

  it("[IN-49] is a circle that needs a newer program", () => {
    const asked = createAsked("newer");
    const fault = createHostile(asked, { info: { minVersion: 2 } });
    expect(fault).toEqual({ kind: "paused" });
  });
});

/** What Carol makes of the Welcome of somebody who does not keep to V. */
function createHostile(
  { world, joining }: Asked,
  o: {
    readonly by?: string;
    readonly extensions?: readonly mls.Extension[];
    readonly info?: Partial<CircleInfo>;
    readonly more?: readonly mls.Proposal[];
    readonly isOtherCircle?: boolean;
  },
): unknown {
  const { by = "alice" } = o;
  const actor = actorOf(world, by);
  const circle = circleOf(world, by);
  const env = {
    suite: mls.suite3,
    random: actor.random.bytes,
    policy: mls.defaultPolicy,
  };
  const circleId =
    o.isOtherCircle === true ? new Uint8Array(32) : circle.info.circleId;
  const info = { ...circle.info, circleId, ...o.info };
  const data = encodeCircleInfo(info);
  const made = expectOk(
    mls.createCommit(circle.mls, env, {
      references: [],
      proposals: [
        {
          kind: "group-context-extensions",
          extensions: [{ type: CIRCLE_EXTENSION, data }],
        },
        { kind: "add", keyPackage: joining.own.keyPackage },
        ...(o.more ?? []),
      ],
    }),
  );
  const followed = mls.processMessage(made.state, env, {
    message: made.message,
    pending: [made.pending],
  });
  if (followed.kind !== "applied") throw new Error("our own commit");
  const { log } = circle;
  const start = {
    type: START_EXTENSION,
    data: encodeStartInfo({ ...log, ...log.address }),
  };
  const [welcome] = expectOk(
    mls.buildWelcome(followed.state, env, {
      pending: made.pending,
      batches: made.pending.joiners.map(({ leafIndex }) => [leafIndex]),
      extensions: o.extensions ?? [start],
    }),
  );
  const tree = mls.encodeTree(followed.state);
  const { ref, parts } = expectOk(
    sealTree(actor.env, { tree, context: circleId }),
  );
  const link = { ...joining.link, circleId };
  const opened = { welcome: welcome!, blob: ref };
  const carol = actorOf(world, "carol");
  const done = finishJoin({ ...joining, link }, carol.env, { opened, parts });
  return done.ok ? "ok" : done.error;
}

describe("a joiner who waits for the steward of the link", () => {
  it("[IN-48] is confirmed by the first message of that steward inside, and by nobody else's", () => {
    const asked = createAsked("confirmed");
    const { world, joining } = asked;
    letIn(asked);
    enter(world, "alice", { name: "carol", joining });
    expect(circleOf(world, "carol").awaits).toEqual({
      steward: keyOf(world, "alice"),
      isSilent: true,
    });
    say(world, "bob", "hello");
    catchUp(world, "carol");
    expect(circleOf(world, "carol").awaits).toEqual({
      steward: keyOf(world, "alice"),
      isSilent: true,
    });
    say(world, "alice", "hello");
    catchUp(world, "carol");
    expect(circleOf(world, "carol").awaits).toBeUndefined();
  });

  it("[IN-48] is confirmed by a commit of that steward too", () => {
    const asked = createAsked("confirmed by commit");
    const { world, joining } = asked;
    letIn(asked);
    enter(world, "alice", { name: "carol", joining });
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    act(world, "alice", planChange(circle, env, { name: "Confirmed" }));
    catchUp(world, "carol");
    expect(circleOf(world, "carol").awaits).toBeUndefined();
  });
});
