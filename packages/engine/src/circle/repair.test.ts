import { assertInvariant, encodeHex } from "@halqa/bytes";
import * as mls from "@halqa/mls";
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { describe, expect, it } from "vitest";
import { decodeLastGood, encodeLastGood, lastGoodOf } from "./last-good.ts";
import type { LastGood } from "./last-good.ts";
import { factsOf } from "./leaf-facts.ts";
import { planRepair } from "./plan-commit.ts";
import { openRejoinWelcome, rejoinCircle } from "./rejoin.ts";
import type { RejoinKeys } from "./rejoin.ts";
import {
  createRepairRequest,
  openRepairBox,
  readRepairRequest,
  sealRepairRequest,
} from "./repair-request.ts";
import type { RepairRequest } from "./repair-request.ts";
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
  remove,
  say,
  words,
} from "./testing/circle-world.ts";
import type { World } from "./testing/circle-world.ts";
import {
  addProposal,
  forgeCommit,
  infoProposal,
  leafOf,
  removeProposal,
} from "./testing/forge.ts";

/** What a device asks with that has lost step; what it had of the circle is gone. */
function fall(world: World, name: string) {
  const actor = actorOf(world, name);
  const lastGood = lastGoodOf(circleOf(world, name), actor.env);
  actor.circle = undefined;
  return { lastGood, ...ask(world, name, lastGood) };
}

function ask(
  world: World,
  name: string,
  o: LastGood | { lastGood: LastGood; signers: readonly Uint8Array[] },
) {
  const { lastGood, signers } =
    "signers" in o ? o : { lastGood: o, signers: [o.signatureSeed] };
  const { env, identitySeed, random } = actorOf(world, name);
  const made = createRepairRequest(env, {
    lastGood,
    cause: "halted",
    identitySeed,
    inbox: { relayPub: world.relay.relayPub, sendId: random.bytes(32) },
    invitePub: lastGood.invitePub,
    signers,
    now: NOW,
  });
  return { ...made, groupId: undefined };
}

function keysOf({ groupId, epoch, repairKey }: LastGood) {
  return [{ groupId, epoch, key: repairKey }];
}

function read(
  world: World,
  by: string,
  o: { readonly bytes: Uint8Array; readonly lastGood: LastGood },
) {
  const { env } = actorOf(world, by);
  const keys = keysOf(o.lastGood);
  return readRepairRequest(circleOf(world, by), env, { bytes: o.bytes, keys });
}

function repair(
  world: World,
  by: string,
  repairs: readonly RepairRequest[],
): void {
  const { env } = actorOf(world, by);
  act(world, by, planRepair(circleOf(world, by), env, { repairs, now: NOW }));
}

/** Comes in by the newest Welcome. */
function comeIn(
  world: World,
  by: string,
  o: {
    readonly name: string;
    readonly lastGood: LastGood;
    readonly keys: readonly RejoinKeys[];
  },
) {
  const welcomes = actorOf(world, by).welcomes.at(-1);
  const box = welcomes?.boxes.find(
    ({ joiner }) =>
      encodeHex(joiner.memberKey) === encodeHex(o.lastGood.memberKey),
  );
  assertInvariant(welcomes !== undefined && box !== undefined, "a Welcome");
  const found = openRejoinWelcome(o, box.box);
  assertInvariant(found !== undefined, "it opens");
  const { env } = actorOf(world, o.name);
  const { parts } = welcomes.blob;
  return rejoinCircle(env, {
    lastGood: o.lastGood,
    ...found,
    parts,
    now: NOW * 1_000,
  });
}

describe("a repair", () => {
  it("[CI-150] takes the place of the leaf before: no new address, no new use of the invite, the same invite", () => {
    const world = createWorld("place", "alice", "bob", "carol");
    const leaf = leafOf(world, "bob");
    const { logId } = circleOf(world, "alice").log;
    const fallen = fall(world, "bob");
    const request = expectOk(read(world, "alice", fallen));
    expect(request).toMatchObject({ isProven: true, replaces: leaf });
    repair(world, "alice", [request]);
    const outcome = catchUp(world, "carol").get("carol")?.[0];
    expect(outcome).toMatchObject({
      kind: "commit",
      commit: { added: [], removed: [], repaired: [{ name: "bob" }] },
    });
    catchUp(world, "alice");
    const keys = [fallen];
    const circle = expectOk(
      comeIn(world, "alice", { ...fallen, name: "bob", keys }),
    );
    actorOf(world, "bob").circle = circle;
    expect(isAgreed(world)).toBe(true);
    expect(circle.log.logId).toEqual(logId);
    expect(circle.info).toEqual(circleOf(world, "alice").info);
    const node = mls.leafAt(circle.mls.tree, circle.mls.own.leafIndex);
    const facts = node && factsOf(node);
    expect(facts?.info.invitePub).toEqual(fallen.lastGood.invitePub);
    say(world, "bob", "back");
    expect(words(catchUp(world)).carol).toEqual(["bob: back"]);
  });

  it("[CI-151] is none for another device, another invite, or two at once", () => {
    const verdict = (forged: object, more: readonly object[] = []): string => {
      const world = createWorld("none", "alice", "bob");
      const { identitySeed } = actorOf(world, "bob");
      const { invitePub } = lastGoodOf(
        circleOf(world, "bob"),
        actorOf(world, "bob").env,
      );
      const info = { invitePub };
      forgeCommit(world, "alice", {
        proposals: [
          removeProposal(world, "bob"),
          ...[forged, ...more].map((one) =>
            addProposal(world, "alice", { identitySeed, info, ...one }),
          ),
        ],
      });
      return words(catchUp(world, "alice")).alice?.[0] ?? "nothing";
    };
    expect(verdict({})).toBe("commit");
    const refused = "skipped refused (policy: repair-mismatch)";
    expect(verdict({ deviceNo: 1 })).toBe(refused);
    expect(verdict({ info: {} })).toBe(refused);
    expect(verdict({}, [{ deviceNo: 1, info: {} }])).toBe(refused);
  });

  it("[CI-152] rotates when somebody else goes with the same commit, and only then", () => {
    const world = createWorld("both", "alice", "bob", "carol");
    const { identitySeed } = actorOf(world, "bob");
    const { invitePub } = lastGoodOf(
      circleOf(world, "bob"),
      actorOf(world, "bob").env,
    );
    const proposals = [
      removeProposal(world, "bob"),
      removeProposal(world, "carol"),
      addProposal(world, "alice", { identitySeed, info: { invitePub } }),
    ];
    forgeCommit(world, "alice", { proposals });
    expect(words(catchUp(world, "alice")).alice).toEqual([
      "skipped refused (policy: address-not-rotated)",
    ]);
    const rotated = infoProposal(world, "alice", { addressNumber: 1 });
    forgeCommit(world, "alice", { proposals: [...proposals, rotated] });
    expect(words(catchUp(world, "alice")).alice).toEqual(["commit"]);
  });
});

describe("a request for repair", () => {
  it("[RP-3] is refused from whoever is not in, or whose leaf did not sign it", () => {
    const world = createWorld("refused", "alice", "bob", "carol");
    const fallen = fall(world, "bob");
    const { lastGood } = fallen;
    const signers = [actorOf(world, "bob").random.bytes(32)];
    const stolen = ask(world, "bob", { lastGood, signers });
    expect(read(world, "alice", { ...stolen, lastGood })).toEqual({
      ok: false,
      error: "signature",
    });
    // Carol signs with her own leaf for bob's place.
    const { signatureSeed } = circleOf(world, "carol").mls.own;
    const carol = ask(world, "carol", { lastGood, signers: [signatureSeed] });
    expect(read(world, "alice", { ...carol, lastGood })).toEqual({
      ok: false,
      error: "signature",
    });
    const gone = createWorld("gone", "alice", "bob");
    const late = lastGoodOf(circleOf(gone, "bob"), actorOf(gone, "bob").env);
    remove(gone, "alice", "bob");
    expect(
      read(gone, "alice", { ...ask(gone, "bob", late), lastGood: late }),
    ).toEqual({ ok: false, error: "not-a-member" });
  });

  it("[RP-4] proves nothing without a key of the epoch that it names", () => {
    const world = createWorld("proof", "alice", "bob");
    const { bytes, lastGood } = fall(world, "bob");
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const [key] = keysOf(lastGood);
    assertInvariant(key !== undefined, "a key");
    const others = [
      [],
      [{ ...key, key: new Uint8Array(32) }],
      [{ ...key, epoch: key.epoch + 1n }],
      [{ ...key, groupId: new Uint8Array(32) }],
    ];
    for (const keys of others) {
      const request = readRepairRequest(circle, env, { bytes, keys });
      expect(request).toMatchObject({ ok: true, value: { isProven: false } });
    }
    expect(read(world, "alice", { bytes, lastGood })).toMatchObject({
      ok: true,
      value: { isProven: true, epoch: lastGood.epoch, leaf: lastGood.leaf },
    });
  });

  it("[RP-2] may be signed by the leaf before or by that of a request before, and is done when its leaf is in", () => {
    const world = createWorld("again", "alice", "bob", "carol");
    const first = fall(world, "bob");
    const { lastGood } = first;
    repair(world, "alice", [expectOk(read(world, "alice", first))]);
    catchUp(world);
    expect(read(world, "alice", first)).toEqual({ ok: false, error: "done" });
    const only = ask(world, "bob", lastGood);
    expect(read(world, "alice", { ...only, lastGood })).toEqual({
      ok: false,
      error: "signature",
    });
    const both = [first.own.signatureSeed, lastGood.signatureSeed];
    const second = ask(world, "bob", { lastGood, signers: both });
    repair(world, "alice", [
      expectOk(read(world, "alice", { ...second, lastGood })),
    ]);
    catchUp(world);
    const circle = comeIn(world, "alice", {
      name: "bob",
      lastGood,
      keys: [second, first],
    });
    expect(circle.ok).toBe(true);
  });

  it("[RP-3] opens for the device that it is for, in its circle, and no bytes make reading it throw", () => {
    const world = createWorld("box", "alice", "bob");
    const { bytes, lastGood } = fall(world, "bob");
    const [device] = lastGood.devices;
    assertInvariant(device !== undefined, "a steward's device");
    const { circleId } = lastGood.info;
    const { env } = actorOf(world, "bob");
    const box = sealRepairRequest(env, { circleId, device, bytes });
    assertInvariant(box !== undefined, "it is sealed");
    const { sealingKeys } = circleOf(world, "alice");
    const memberKey = keyOf(world, "alice");
    const own = { circleId, memberKey, sealingKeys };
    expect(openRepairBox(own, box)).toEqual(bytes);
    const other = { ...own, circleId: new Uint8Array(32) };
    expect(openRepairBox(other, box)).toBeUndefined();
    const random = createSeededRandom("repair-bytes");
    for (let i = 0; i < 300; i++) {
      const changed = mutateBytes(bytes, random);
      const outcome = read(world, "alice", { bytes: changed, lastGood });
      // What is signed and what is authenticated is the whole: nothing changes but by its maker.
      if (outcome.ok && outcome.value.isProven) expect(changed).toEqual(bytes);
    }
  });
});

describe("what is left of a circle", () => {
  it("[RP-1] is stored whole and refused in pieces", () => {
    const world = createWorld("last", "alice", "bob", "carol");
    for (const name of ["alice", "bob"]) {
      const { env } = actorOf(world, name);
      const last = lastGoodOf(circleOf(world, name), env);
      const bytes = encodeLastGood(last);
      expect(expectOk(decodeLastGood(bytes))).toEqual(last);
      expect(decodeLastGood(bytes.slice(1)).ok).toBe(false);
      expect(decodeLastGood(bytes.slice(0, -1)).ok).toBe(false);
      // A steward may have to reach all, any other member the stewards.
      expect(last.devices).toHaveLength(name === "alice" ? 2 : 1);
    }
  });
});

describe("a Welcome for a repair", () => {
  it("[RP-8] is believed when a steward of the last good epoch signed it, for the same group, later", () => {
    const world = createWorld("believed", "alice", "bob", "carol");
    const fallen = fall(world, "bob");
    repair(world, "alice", [expectOk(read(world, "alice", fallen))]);
    catchUp(world, "alice");
    const { lastGood } = fallen;
    const told = (changed: Partial<LastGood>) =>
      comeIn(world, "alice", {
        name: "bob",
        lastGood: { ...lastGood, ...changed },
        keys: [fallen],
      });
    expect(told({}).ok).toBe(true);
    const stewards = [keyOf(world, "carol")];
    const info = { ...lastGood.info, stewards };
    expect(told({ info })).toMatchObject({
      error: { kind: "refused", detail: "policy: welcome-by-another" },
    });
    expect(told({ groupId: new Uint8Array(32) })).toMatchObject({
      error: { kind: "other-group" },
    });
    expect(told({ epoch: lastGood.epoch + 9n })).toMatchObject({
      error: { kind: "other-group" },
    });
  });
});
