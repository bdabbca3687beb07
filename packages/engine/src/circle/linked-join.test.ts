/** A further device of a member, at the level of one circle: who adds it, whose Welcome it takes, and what V says. */
import { describe, expect, it } from "vitest";
import { ed25519PublicKey } from "@halqa/crypto";
import { mutateBytes } from "@halqa/testkit";
import { certifyDevice, memberSeedOf } from "./credential.ts";
import { ownAuthenticatedData } from "./group-env.ts";
import type { ListedCircle } from "./link-lists.ts";
import {
  createEntering,
  decodeEntering,
  encodeEntering,
  finishLinkedJoin,
  openLinkedWelcome,
} from "./linked-join.ts";
import type { Entering } from "./linked-join.ts";
import { sealCommit } from "./plan-commit.ts";
import { planOwnAdd } from "./plan-own-add.ts";
import { membersOf } from "./roster.ts";
import {
  act,
  actorOf,
  catchUp,
  circleOf,
  createWorld,
  expectOk,
  isAgreed,
  keyOf,
  NOW,
  words,
} from "./testing/circle-world.ts";
import type { World } from "./testing/circle-world.ts";

/** Of Bob, made by the actor `phone`, with a certificate by Bob's key. */
function phoneOf(
  world: World,
  o: { readonly deviceNo?: number } = {},
): { readonly entering: Entering; readonly keyPackage: Uint8Array } {
  const bob = actorOf(world, "bob");
  const phone = actorOf(world, "phone");
  const { circleId, name } = circleOf(world, "bob").info;
  const deviceNo = o.deviceNo ?? 1;
  const signatureSeed = phone.random.bytes(32);
  const { certificate, memberKey } = certifyDevice({
    memberSeed: memberSeedOf(bob.identitySeed, circleId),
    deviceNo,
    circleId,
    signatureKey: ed25519PublicKey(signatureSeed),
  });
  const listed: ListedCircle = {
    circleId,
    name,
    memberKey,
    memberName: "bob",
    deviceNo,
    relays: [world.relay],
  };
  return createEntering(phone.env, {
    listed,
    signatureSeed,
    certificate,
    sendId: phone.random.bytes(32),
    now: NOW,
  });
}

function finish(world: World, by: string, entering: Entering) {
  const welcomes = actorOf(world, by).welcomes.at(-1);
  const box = welcomes?.boxes[0]?.box ?? new Uint8Array();
  const opened = openLinkedWelcome(entering, box);
  if (opened === undefined) throw new Error("a Welcome");
  const parts = welcomes?.blob.parts ?? [];
  return finishLinkedJoin(entering, actorOf(world, "phone").env, {
    opened,
    parts,
  });
}

describe("a further device", () => {
  it("[LK-30] [LK-31] comes in by an Add of its own member, who is no steward", () => {
    const world = createWorld("further", "alice", "bob");
    const { entering, keyPackage } = phoneOf(world);
    const bob = actorOf(world, "bob");
    act(
      world,
      "bob",
      planOwnAdd(circleOf(world, "bob"), bob.env, { keyPackage, now: NOW }),
    );
    expect(words(catchUp(world))).toMatchObject({ alice: ["commit"] });
    const circle = expectOk(finish(world, "bob", entering));
    expect(circle.awaits).toBeUndefined();
    expect(circle.memberKey).toEqual(keyOf(world, "bob"));
    const [, member] = membersOf(circleOf(world, "alice"), bob.env);
    expect(member?.leaves.length).toBe(2);
    expect(isAgreed(world)).toBe(true);
  });

  it("[LK-32] refuses a Welcome that a steward signed", () => {
    const world = createWorld("steward's", "alice", "bob");
    const { entering, keyPackage } = phoneOf(world);
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const parsed = expectOk(env.mls.decodeKeyPackage(keyPackage));
    const inbox = {
      relayPub: world.relay.relayPub,
      sendId: actorOf(world, "phone").random.bytes(32),
    };
    const planned = sealCommit(circle, env, {
      options: {
        proposals: [{ kind: "add", keyPackage: parsed }],
        references: [],
        authenticatedData: ownAuthenticatedData(circle),
        now: BigInt(NOW),
      },
      requests: [
        {
          keyPackage: parsed,
          memberKey: entering.memberKey,
          sealingKey: entering.sealingKey.publicKey,
          relay: world.relay,
          inbox,
        },
      ],
    });
    act(world, "alice", planned);
    catchUp(world);
    const joined = finish(world, "alice", entering);
    expect(joined.ok ? joined : joined.error).toMatchObject({
      kind: "refused",
      detail: expect.stringContaining("welcome-by-another"),
    });
  });

  it("[LK-30] is planned for the own member, under a number that is free, and once", () => {
    const world = createWorld("planned", "alice", "bob");
    const { keyPackage } = phoneOf(world);
    const faultFor = (by: string, bytes: Uint8Array): unknown => {
      const { env } = actorOf(world, by);
      const planned = planOwnAdd(circleOf(world, by), env, {
        keyPackage: bytes,
        now: NOW,
      });
      return planned.ok ? planned : planned.error;
    };
    expect(faultFor("alice", keyPackage)).toEqual({
      kind: "refused",
      detail: "other-member",
    });
    const taken = phoneOf(world, { deviceNo: 0 });
    expect(faultFor("bob", taken.keyPackage)).toEqual({
      kind: "refused",
      detail: "device-number",
    });
    expect(faultFor("bob", new Uint8Array(9))).toEqual({
      kind: "refused",
      detail: "malformed",
    });
    const { env } = actorOf(world, "bob");
    const now = NOW;
    act(
      world,
      "bob",
      planOwnAdd(circleOf(world, "bob"), env, { keyPackage, now }),
    );
    catchUp(world);
    expect(faultFor("bob", keyPackage)).toEqual({ kind: "done" });
  });

  it("[LK-31] keeps what the Welcome opens with whole, and refuses it in pieces", () => {
    const world = createWorld("kept", "alice", "bob");
    const { entering } = phoneOf(world);
    const { env, random } = actorOf(world, "phone");
    const bytes = encodeEntering(env, entering);
    expect(decodeEntering(env, bytes)).toEqual({ ok: true, value: entering });
    for (let n = 0; n < 40; n++) {
      const decoded = decodeEntering(env, mutateBytes(bytes, random));
      if (!decoded.ok) continue;
      expect(decoded.value).not.toEqual(entering);
    }
  });
});
