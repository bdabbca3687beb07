import { encodeUtf8 } from "@halqa/bytes";
import * as mls from "@halqa/mls";
import { LOG_END } from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import type { Circle } from "../circle/circle.ts";

import { sealContent } from "../circle/seal-content.ts";
import { holdAppends } from "../testing/hold-appends.ts";
import { gather } from "../testing/story.ts";
import { recordAt } from "../testing/trouble.ts";
import { begin, createWorld, deviceOf, settle } from "../testing/world.ts";
import type { World } from "../testing/world.ts";
import { openEntries } from "./open-entries.ts";

describe("a log that is full", () => {
  it("[EN-39] [CI-23] leaves no commit behind that was made for it: its acts are planned for the next part", () => {
    const world = createWorld("full-log", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    holdAppends(world, "alice");
    begin(world, "alice", {
      command: "create-invite",
      circle,
      maxUses: 1,
      days: 1,
    });
    settle(world);
    const record = recordAt(world, "alice", circle);
    expect(record.planned).toBeDefined();
    const alice = nearlyFull(world, { name: "alice", circle });
    const bob = nearlyFull(world, { name: "bob", circle });
    const { env: bobs } = contextOf(world, "bob");
    const sealed = sealContent(bob, bobs, {
      messageId: new Uint8Array(16),
      minute: 0,
      content: encodeUtf8("last"),
    });
    if (!sealed.ok) throw new Error("bob may speak");
    const { logId } = alice.log;
    const opened = openEntries(contextOf(world, "alice"), {
      record: { ...record, circle: alice },
      circle: alice,
      logId,
      entries: [{ seq: LOG_END, body: sealed.value.body }],
    });
    expect(opened.record.circle?.log.address.part).toBe(1);
    expect(opened.record.planned).toBeUndefined();
    expect(opened.record.intents).toHaveLength(1);
  });
});

/** The circle as if all but one of the places of its log were taken. */
function nearlyFull(
  world: World,
  o: { readonly name: string; readonly circle: string },
): Circle {
  const { circle } = recordAt(world, o.name, o.circle);
  if (circle === undefined) throw new Error(`${o.name} is in`);
  return { ...circle, log: { ...circle.log, seq: LOG_END - 1 } };
}

function contextOf(world: World, name: string) {
  const { random, state } = deviceOf(world, name);
  const { now } = world;
  const env = { now, random: random.bytes, mls, defaultRelay: undefined };
  return { env, state };
}
