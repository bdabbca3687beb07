import { assertInvariant } from "@halqa/bytes";
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { describe, expect, it } from "vitest";
import { memberSeedOf } from "./credential.ts";
import { lastGoodOf } from "./last-good.ts";
import type { LastGood } from "./last-good.ts";
import { planChange, planRepair } from "./plan-commit.ts";
import { createRepairRequest, readRepairRequest } from "./repair-request.ts";
import {
  act,
  actorOf,
  catchUp,
  circleOf,
  createWorld,
  expectOk,
  keyOf,
  NOW,
} from "./testing/circle-world.ts";
import type { World } from "./testing/circle-world.ts";
import { decodeWayBack, encodeWayBack } from "./way-back.ts";

function wayBackOf(world: World, name: string): Uint8Array {
  const circle = circleOf(world, name);
  const bytes = encodeWayBack(lastGoodOf(circle, actorOf(world, name).env));
  assertInvariant(bytes !== undefined, "there is a steward to ask");
  return bytes;
}

/** What a new device reads of it. */
function readBack(world: World, name: string, bytes: Uint8Array) {
  const { memberKey, info } = circleOf(world, name);
  const { circleId } = info;
  const { env } = actorOf(world, name);
  return decodeWayBack(env, { bytes, circleId, memberKey });
}

/** A request out of a backup of `name`, made and signed by whoever has the identity of `by`. */
function askAs(world: World, by: string, lastGood: LastGood) {
  const { env, identitySeed, random } = actorOf(world, by);
  return createRepairRequest(env, {
    lastGood,
    cause: "restored",
    identitySeed,
    inbox: { relayPub: world.relay.relayPub, sendId: random.bytes(32) },
    invitePub: lastGood.invitePub,
    signers: [memberSeedOf(identitySeed, lastGood.info.circleId)],
    now: NOW,
  });
}

function read(world: World, by: string, bytes: Uint8Array) {
  const { env } = actorOf(world, by);
  return readRepairRequest(circleOf(world, by), env, { bytes, keys: [] });
}

describe("the way back out of a backup", () => {
  it("[RP-30] says where stewards are reached, and holds none of the circle's secrets", () => {
    const world = createWorld("way", "alice", "bob", "carol");
    const lastGood = lastGoodOf(
      circleOf(world, "bob"),
      actorOf(world, "bob").env,
    );
    const bytes = wayBackOf(world, "bob");
    const found = readBack(world, "bob", bytes);
    expect(found?.devices.map(({ name }) => name)).toEqual(["alice"]);
    expect(found).toMatchObject({
      groupId: lastGood.groupId,
      epoch: lastGood.epoch,
      deviceNo: 0,
      memberName: "bob",
      invitePub: lastGood.invitePub,
    });
    const secrets = [
      lastGood.signatureSeed,
      lastGood.repairKey,
      lastGood.logSeed,
      ...lastGood.sealingKeys.map(({ secretKey }) => secretKey),
    ];
    for (const secret of secrets)
      expect(Buffer.from(bytes).includes(Buffer.from(secret))).toBe(false);
    expect(found?.info.invites).toEqual([]);
  });

  it("[RP-30] is nothing where it is damaged or of another circle", () => {
    const world = createWorld("damaged", "alice", "bob");
    const bytes = wayBackOf(world, "bob");
    const random = createSeededRandom("way back");
    for (let i = 0; i < 200; i++)
      readBack(world, "bob", mutateBytes(bytes, random));
    expect(readBack(world, "bob", bytes.slice(1))).toBeUndefined();
    const { env } = actorOf(world, "bob");
    const { memberKey } = circleOf(world, "bob");
    const circleId = new Uint8Array(32);
    expect(decodeWayBack(env, { bytes, circleId, memberKey })).toBeUndefined();
  });

  it("[RP-32] is believed of the person alone, and proves no epoch", () => {
    const world = createWorld("person", "alice", "bob", "carol");
    const lastGood = readBack(world, "bob", wayBackOf(world, "bob"));
    assertInvariant(lastGood !== undefined, "it opens");
    const own = expectOk(
      read(world, "alice", askAs(world, "bob", lastGood).bytes),
    );
    expect(own).toMatchObject({ cause: "restored", isProven: false });
    expect(own.memberKey).toEqual(keyOf(world, "bob"));
    expect(read(world, "alice", askAs(world, "carol", lastGood).bytes).ok).toBe(
      false,
    );
    // For trouble of another kind the member's key is no signature.
    const { env, identitySeed, random } = actorOf(world, "bob");
    const halted = createRepairRequest(env, {
      lastGood,
      cause: "halted",
      identitySeed,
      inbox: { relayPub: world.relay.relayPub, sendId: random.bytes(32) },
      invitePub: lastGood.invitePub,
      signers: [memberSeedOf(identitySeed, lastGood.info.circleId)],
      now: NOW,
    });
    expect(read(world, "alice", halted.bytes)).toEqual({
      ok: false,
      error: "signature",
    });
  });

  it("[RP-33] leads to a new address, and of a steward's device to no invite that it knew", () => {
    const world = createWorld("lost", "alice", "bob", "carol");
    const stewards = [keyOf(world, "alice"), keyOf(world, "bob")];
    const { env } = actorOf(world, "alice");
    act(
      world,
      "alice",
      planChange(circleOf(world, "alice"), env, { stewards }),
    );
    catchUp(world, "alice", "bob", "carol");
    for (const [name, invitesAfter] of [
      ["carol", circleOf(world, "alice").info.invites.length],
      ["bob", 0],
    ] as const) {
      const { addressNumber } = circleOf(world, "alice").info;
      const lastGood = readBack(world, name, wayBackOf(world, name));
      assertInvariant(lastGood !== undefined, "it opens");
      const { bytes } = askAs(world, name, lastGood);
      const request = expectOk(read(world, "alice", bytes));
      actorOf(world, name).circle = undefined;
      const repairs = [request];
      const planned = planRepair(circleOf(world, "alice"), env, {
        repairs,
        now: NOW,
      });
      act(world, "alice", planned);
      catchUp(world, "alice");
      const { info } = circleOf(world, "alice");
      expect(info.addressNumber).toBe(addressNumber + 1);
      expect(info.invites).toHaveLength(invitesAfter);
    }
  });
});
