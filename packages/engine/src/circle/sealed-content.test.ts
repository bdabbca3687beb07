import { describe, expect, it } from "vitest";
import { gather } from "../testing/story.ts";
import { recordAt } from "../testing/trouble.ts";
import { createWorld, deviceOf } from "../testing/world.ts";
import * as mls from "@halqa/mls";
import { openForStewards, sealForStewards } from "./sealed-content.ts";

function circleOf(
  world: ReturnType<typeof createWorld>,
  name: string,
  circle: string,
) {
  const record = recordAt(world, name, circle);
  if (record.circle === undefined) throw new Error("the device is in");
  return {
    circle: record.circle,
    env: { mls, random: deviceOf(world, name).random.bytes },
  };
}

describe("a content that is sealed to stewards", () => {
  it("[CT-92] opens for its author, its circle and its body alone, and has one of four lengths", () => {
    const world = createWorld("sealed content", "alice", "bob", "carol");
    const id = gather(world, "alice", "bob", "carol");
    const [alice, bob, carol] = ["alice", "bob", "carol"].map((name) =>
      circleOf(world, name, id),
    );
    const inside = { kind: "text", text: "quietly" } as const;
    const content = sealForStewards(bob!.circle, bob!.env, {
      inside,
      lifetime: 0,
    });
    const longer = sealForStewards(bob!.circle, bob!.env, {
      inside: { kind: "text", text: "x".repeat(300) },
      lifetime: 0,
    });
    if (content === undefined || longer === undefined)
      throw new Error("it was sealed");
    expect([content.body.length, longer.body.length]).toEqual([272, 1_040]);
    const author = bob!.circle.memberKey;
    expect(openForStewards(alice!.circle, { author, content })).toEqual(inside);
    expect(openForStewards(bob!.circle, { author, content })).toEqual(inside);
    expect(openForStewards(carol!.circle, { author, content })).toBeUndefined();
    // Passed off as another's, with another body, in another circle, or changed.
    const other = carol!.circle.memberKey;
    expect(
      openForStewards(alice!.circle, { author: other, content }),
    ).toBeUndefined();
    expect(
      openForStewards(alice!.circle, {
        author,
        content: { ...content, body: longer.body },
      }),
    ).toBeUndefined();
    const elsewhere = {
      ...alice!.circle,
      info: { ...alice!.circle.info, circleId: other },
    };
    expect(openForStewards(elsewhere, { author, content })).toBeUndefined();
    const body = content.body.with(3, (content.body[3] ?? 0) ^ 1);
    expect(
      openForStewards(alice!.circle, { author, content: { ...content, body } }),
    ).toBeUndefined();
    const boxes = content.boxes.map(({ to, box }) => ({
      to,
      box: box.subarray(1),
    }));
    expect(
      openForStewards(alice!.circle, {
        author,
        content: { ...content, boxes },
      }),
    ).toBeUndefined();
  });

  it("[CT-94] says nothing where something stands inside that may not", () => {
    const world = createWorld("wrong inside", "alice", "bob");
    const id = gather(world, "alice", "bob");
    const { circle, env } = circleOf(world, "bob", id);
    const target = new Uint8Array(16);
    for (const inside of [
      { kind: "delete", target },
      { kind: "hello" },
      { kind: "pin", target, pinned: true },
    ] as const) {
      const content = sealForStewards(circle, env, {
        inside,
        lifetime: undefined,
      });
      if (content === undefined) throw new Error("it was sealed");
      const author = circle.memberKey;
      expect(
        openForStewards(circleOf(world, "alice", id).circle, {
          author,
          content,
        }),
      ).toBeUndefined();
    }
  });
});
