/** Circles whose hostile founder put every counter at its end before letting others in. */
import { describe, expect, it } from "vitest";
import { createSeededRandom } from "@halqa/testkit";
import { LOG_END } from "@halqa/protocol";
import { logKeys } from "./address.ts";
import type { Circle } from "./circle.ts";
import {
  createInviteLink,
  decodeInviteLink,
  encodeInviteLink,
} from "./invite-link.ts";
import { createInvite } from "./invite.ts";
import { LAST_DAY } from "./limits.ts";
import { planChange, planRemove } from "./plan-commit.ts";
import { readEntry } from "./read-entry.ts";
import {
  actorOf,
  circleOf,
  createWorld,
  keyOf,
} from "./testing/circle-world.ts";

describe("a circle made by a hostile founder", () => {
  it("[CI-40] is read on when the last log of its address is full", () => {
    const world = createWorld("last-part", "alice");
    const { env } = actorOf(world, "alice");
    const { log, ...rest } = circleOf(world, "alice");
    const address = { ...log.address, part: 0xffff };
    const { logId } = logKeys(address);
    const seq = LOG_END - 1;
    const full: Circle = { ...rest, log: { ...log, address, logId, seq } };
    const body = createSeededRandom("junk").bytes(3_840);
    const entry = { logId, seq: seq + 1, body, pendings: [] };
    expect(() => readEntry(full, env, entry)).not.toThrow();
  });

  it("[CI-53] answers a plan with a fault when its counters are at their ends", () => {
    const world = createWorld("counters", "alice", "bob");
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const { info } = circle;
    const bob = keyOf(world, "bob");
    const end = 0xffff_ffff;
    const far = { ...circle, info: { ...info, addressNumber: end } };
    const removal = { memberKeys: [bob] };
    expect(planRemove(far, env, removal)).toMatchObject({ ok: false });
    const old = { ...circle, info: { ...info, policyVersion: end } };
    const stewards = [...info.stewards, bob];
    expect(planChange(old, env, { stewards })).toMatchObject({ ok: false });
  });
});

describe("a link of a hostile inviter", () => {
  it("[IN-13] names no day that a calendar does not know", () => {
    const world = createWorld("last-day", "alice");
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const days = [LAST_DAY, LAST_DAY + 1, 0xffff_ffff].map((day) => {
      const invite = createInvite(circle, env, day);
      const link = createInviteLink(circle, env, { invite, isAuto: false });
      const read = decodeInviteLink(encodeInviteLink(link));
      return read.ok && new Date((day + 1) * 86_400_000 - 1).toISOString();
    });
    expect(days).toEqual(["+275760-09-12T23:59:59.999Z", false, false]);
  });
});
