/** Who stands between two devices that link, saw the link, or says things out of turn: nothing is granted (docs/spec/linking.md). */
import { describe, expect, it } from "vitest";
import { dhkemX25519, ed25519PublicKey, sha256 } from "@halqa/crypto";
import * as mls from "@halqa/mls";
import { assertInvariant, decodeBase64url } from "@halqa/bytes";
import { decodeDeviceLink, linkSessionOf } from "../circle/device-link.ts";
import {
  openLinkMessage,
  sealLinkMessage,
  sealOffer,
  sealReveal,
} from "../circle/link-box.ts";
import type { LinkMessageKind } from "../circle/link-box.ts";
import {
  decodeOfCircles,
  encodeCircleList,
  encodeOfCircles,
} from "../circle/link-lists.ts";
import {
  confirm,
  linkingOf,
  offerLink,
  startLink,
} from "../testing/link-story.ts";
import { found, standing } from "../testing/story.ts";
import {
  advance,
  createWorld,
  deviceOf,
  must,
  run,
  settle,
} from "../testing/world.ts";
import type { World } from "../testing/world.ts";
import type { Durable } from "./durable.ts";
import type { JobContext } from "./job-context.ts";
import { activeLinking } from "./linking-record.ts";
import type { Linking } from "./linking-record.ts";
import { factsOf } from "./link-session.ts";
import type { ActiveLinking } from "./link-session.ts";
import { takeLinking } from "./linking.ts";

function contextOf(world: World, name: string): JobContext {
  const { state, random } = deviceOf(world, name);
  const { now } = world;
  const defaultRelay = world.defaultRelay;
  return { state, env: { now, random: random.bytes, mls, defaultRelay } };
}

function sessionOf(world: World, name: string): ActiveLinking {
  const { linking } = deviceOf(world, name).state.durable;
  const session = activeLinking(linking);
  assertInvariant(session !== undefined, `${name} links`);
  return session;
}

/** What a box would do to a device. */
function after(world: World, name: string, box: Uint8Array): Durable {
  return takeLinking(contextOf(world, name), box);
}

/** A box of one device for the other, as only it can make it. */
function genuine(
  world: World,
  from: string,
  o: {
    readonly kind: LinkMessageKind;
    readonly number: number;
    readonly body?: Uint8Array;
    readonly facts?: Partial<ReturnType<typeof factsOf>>;
  },
): Uint8Array {
  const session = sessionOf(world, from);
  const facts = factsOf(session);
  const peer = session.role === "new" ? session.peer : session.link;
  assertInvariant(facts !== undefined && peer !== undefined, "both are there");
  const { kind, number, body = new Uint8Array() } = o;
  const box = sealLinkMessage({
    session: facts.session,
    publicKey: peer.sealingKey,
    random: deviceOf(world, from).random.bytes,
    facts: { ...facts, ...o.facts },
    from: session.role,
    message: { kind, number, body },
  });
  assertInvariant(box !== undefined, "it fits");
  return box;
}

function comparing(seed: string): {
  readonly world: World;
  readonly circle: string;
} {
  const world = createWorld(seed, "alice", "phone");
  const circle = found(world, "alice");
  offerLink(world, "alice", "phone");
  return { world, circle };
}

function endOf(linking: Linking | undefined): string {
  return linking !== undefined && "end" in linking ? linking.end : "going on";
}

describe("somebody who saw the link", () => {
  it("[LK-12] may offer first, and is told by the digits; the person's own device then shows none", () => {
    const world = createWorld("two offers", "alice", "mallory", "phone");
    const circle = found(world, "alice");
    const theirs = found(world, "mallory");
    const link = startLink(world, "phone");
    must(world, "mallory", { command: "link-device", link });
    settle(world);
    must(world, "alice", { command: "link-device", link });
    settle(world);
    expect(linkingOf(world, "alice")).toMatchObject({ state: "waiting" });
    expect(linkingOf(world, "alice")?.code).toBeUndefined();
    expect(linkingOf(world, "phone")?.code).toBe(
      linkingOf(world, "mallory")?.code,
    );
    expect(run(world, "alice", { command: "confirm-linking" })).toEqual({
      ok: false,
      error: "nothing-to-do",
    });
    confirm(world, "mallory");
    advance(world, 11 * 60_000);
    for (const id of [circle, theirs])
      expect(standing(world, "phone", id)).toBe("nowhere");
  });

  it("[LK-12] changes nothing by an offer after the first one", () => {
    const { world } = comparing("late offer");
    const { link } = sessionOf(world, "phone");
    const offer = sealOffer({
      session: linkSessionOf(link),
      publicKey: link.sealingKey,
      random: world.random.bytes,
      offer: {
        sendId: world.random.bytes(32),
        sealingKey: dhkemX25519.deriveKeyPair(world.random.bytes(32)).publicKey,
        nonce: world.random.bytes(32),
      },
    });
    const { durable } = deviceOf(world, "phone").state;
    expect(after(world, "phone", offer ?? new Uint8Array())).toBe(durable);
  });

  it("[LK-13] shows a nonce that is not the link's to nobody's use", () => {
    const world = createWorld("other nonce", "alice", "phone");
    found(world, "alice");
    const link = startLink(world, "phone");
    deviceOf(world, "phone").isMute = true;
    must(world, "alice", { command: "link-device", link });
    settle(world);
    const { sealing } = sessionOf(world, "alice");
    const decoded = decodeDeviceLink(link);
    assertInvariant(decoded.ok, "a link");
    const reveal = (nonce: Uint8Array): Uint8Array =>
      sealReveal({
        session: linkSessionOf(decoded.value),
        publicKey: sealing.publicKey,
        random: world.random.bytes,
        nonce,
      }) ?? new Uint8Array();
    const none = after(world, "alice", reveal(world.random.bytes(32)));
    expect(activeLinking(none.linking)?.peerNonce).toBeUndefined();
    const { nonce } = sessionOf(world, "phone");
    const taken = after(world, "alice", reveal(nonce));
    expect(activeLinking(taken.linking)?.peerNonce).toEqual(nonce);
  });

  it("[LK-13] stands between both, and makes them show different digits", () => {
    const world = createWorld("between", "alice", "phone", "mallory");
    found(world, "alice");
    found(world, "mallory");
    const ofPhone = startLink(world, "phone");
    // Mallory shows Alice a link of hers, and answers the phone's.
    const ofMallory = startLink(world, "mallory");
    must(world, "alice", { command: "link-device", link: ofMallory });
    settle(world);
    const first = linkingOf(world, "mallory")?.code;
    must(world, "mallory", { command: "cancel-linking" });
    must(world, "mallory", { command: "link-device", link: ofPhone });
    settle(world);
    const second = linkingOf(world, "phone")?.code;
    expect(first).toMatch(/^[0-9]{6}$/);
    expect(second).toMatch(/^[0-9]{6}$/);
    expect(first).not.toBe(second);
  });
});

describe("boxes of a session", () => {
  it("[LK-14] count once, in their order, unaltered and of this session", () => {
    const { world } = comparing("boxes");
    const { durable } = deviceOf(world, "alice").state;
    const ready = genuine(world, "phone", { kind: "ready", number: 0 });
    const taken = after(world, "alice", ready);
    expect(taken.linking).toMatchObject({ isPeerReady: true, taken: 1 });
    const { env, state } = contextOf(world, "alice");
    expect(
      takeLinking({ env, state: { ...state, durable: taken } }, ready),
    ).toBe(taken);
    const ahead = genuine(world, "phone", { kind: "ready", number: 1 });
    expect(after(world, "alice", ahead)).toBe(durable);
    const altered = Uint8Array.from(ready, (octet, at) =>
      at === 99 ? octet ^ 1 : octet,
    );
    expect(after(world, "alice", altered)).toBe(durable);
    const strange = { newNonce: new Uint8Array(32) };
    const forged = genuine(world, "phone", {
      kind: "ready",
      number: 0,
      facts: strange,
    });
    expect(after(world, "alice", forged)).toBe(durable);
    // A message of the existing device is none of the new one's.
    const own = genuine(world, "alice", { kind: "cancel", number: 0 });
    expect(after(world, "alice", own)).toBe(durable);
    expect(after(world, "alice", new Uint8Array(3_840))).toBe(durable);
  });

  it("[LK-15] [LK-17] end the session when they come out of turn, and grant nothing", () => {
    const { world } = comparing("out of turn");
    const body = encodeOfCircles("requests", []);
    const asked = genuine(world, "phone", {
      kind: "requests",
      number: 0,
      body,
    });
    expect(endOf(after(world, "alice", asked).linking)).toBe("failed");
    const list = encodeCircleList({ profile: "", circles: [] });
    const early = genuine(world, "alice", {
      kind: "circles",
      number: 0,
      body: list,
    });
    const ended = after(world, "phone", early);
    expect(endOf(ended.linking)).toBe("failed");
    expect(ended.circles.size).toBe(0);
    confirm(world, "alice");
    const notReady = genuine(world, "phone", { kind: "keys", number: 0, body });
    expect(endOf(after(world, "alice", notReady).linking)).toBe("failed");
  });
});

/** Both have confirmed, and Alice has sent her list; the phone's answer never leaves. */
function listed(seed: string): {
  readonly world: World;
  readonly circle: string;
  readonly circleId: Uint8Array;
} {
  const { world, circle } = comparing(seed);
  must(world, "phone", { command: "confirm-linking" });
  settle(world);
  deviceOf(world, "phone").isMute = true;
  confirm(world, "alice");
  const id = decodeBase64url(circle);
  assertInvariant(id.ok, "a circle's id");
  return { world, circle, circleId: id.value };
}

describe("what is certified", () => {
  it("[LK-21] are keys for circles of the list, once", () => {
    const world = createWorld("certified", "alice", "phone");
    const circle = found(world, "alice");
    offerLink(world, "alice", "phone");
    must(world, "phone", { command: "confirm-linking" });
    settle(world);
    deviceOf(world, "phone").isMute = true;
    confirm(world, "alice");
    const id = decodeBase64url(circle);
    assertInvariant(id.ok, "a circle's id");
    const session = sessionOf(world, "alice");
    expect(session).toMatchObject({ isCertified: false, taken: 1 });
    const key = ed25519PublicKey(world.random.bytes(32));
    const keys = encodeOfCircles("keys", [
      { circleId: id.value, value: key },
      { circleId: sha256(id.value), value: key },
    ]);
    const box = genuine(world, "phone", {
      kind: "keys",
      number: 1,
      body: keys,
    });
    const certified = after(world, "alice", box);
    const facts = factsOf(session);
    const out = activeLinking(certified.linking)?.out.at(-1)?.boxes[0]?.box;
    assertInvariant(facts !== undefined && out !== undefined, "an answer");
    const answer = openLinkMessage({
      session: facts.session,
      keyPair: sessionOf(world, "phone").sealing,
      box: out,
      facts,
      from: "existing",
    });
    const given = decodeOfCircles(
      "certificates",
      answer?.body ?? new Uint8Array(),
    );
    expect(given?.map(({ circleId }) => circleId)).toEqual([id.value]);
    const again = genuine(world, "phone", {
      kind: "keys",
      number: 2,
      body: keys,
    });
    const { env, state } = contextOf(world, "alice");
    const next = takeLinking(
      { env, state: { ...state, durable: certified } },
      again,
    );
    expect(endOf(next.linking)).toBe("failed");
    const requests = encodeOfCircles("requests", [
      { circleId: id.value, value: world.random.bytes(700) },
    ]);
    const request = genuine(world, "phone", {
      kind: "requests",
      number: 2,
      body: requests,
    });
    const refused = takeLinking(
      { env, state: { ...state, durable: certified } },
      request,
    );
    expect(refused.circles.get(circle)?.intents).toEqual([]);
  });

  it("[LK-22] is used only when it is genuine", () => {
    const { world, circleId } = listed("genuine");
    const session = sessionOf(world, "phone");
    expect(session).toMatchObject({ role: "new", taken: 1 });
    const forged = encodeOfCircles("certificates", [
      { circleId, value: world.random.bytes(64) },
    ]);
    const box = genuine(world, "alice", {
      kind: "certificates",
      number: 1,
      body: forged,
    });
    const next = after(world, "phone", box);
    expect(next.circles.size).toBe(0);
    expect(next.linking).toMatchObject({ role: "new", coming: [], count: 0 });
  });
});
