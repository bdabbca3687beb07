import { decodeClientFrame } from "@halqa/protocol";
import type { ClientCommand } from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import { gather, invite, memberKey, standing } from "../testing/story.ts";
import { spoilPath } from "../testing/trouble.ts";
import {
  advance,
  createWorld,
  must,
  restart,
  setOnline,
  settle,
  watchEffects,
} from "../testing/world.ts";
import type { World } from "../testing/world.ts";

/** What a device asks its relay for from now on. */
function listen(world: World, name: string): readonly ClientCommand[] {
  const heard: ClientCommand[] = [];
  watchEffects(world, (device, effect) => {
    if (device !== name || effect.type !== "send") return;
    const commands = decodeClientFrame(effect.frame);
    if (commands.ok) heard.push(...commands.value);
  });
  return heard;
}

function keysSet(heard: readonly ClientCommand[]): readonly string[] {
  return heard.flatMap((one) =>
    one.type === "set-inbox-key" ? [one.memberPub.join()] : [],
  );
}

describe("members' inboxes", () => {
  it("[EN-146] know the key of members on every connection, and another after a rotation", () => {
    const world = createWorld("keyed", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    const heard = listen(world, "bob");
    restart(world, "bob");
    const [first, ...others] = keysSet(heard);
    expect(first).toBeDefined();
    expect(others).toEqual([]);
    const member = memberKey(world, { by: "alice", circle, name: "carol" });
    must(world, "alice", { command: "remove-member", circle, member });
    settle(world);
    const [, second, ...more] = keysSet(heard);
    expect(second).toBeDefined();
    expect(second).not.toBe(first);
    expect(more).toEqual([]);
  });

  it("[EN-146] take what members send as members'", () => {
    const world = createWorld("signed", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const heard = listen(world, "bob");
    spoilPath(world, "bob", circle);
    invite(world, "alice", { circle });
    advance(world, 60_000);
    expect(standing(world, "bob", circle)).toBe("member");
    const sent = heard.filter(({ type }) => type === "inbox-send");
    expect(sent).toHaveLength(1);
    expect(sent[0]).toHaveProperty("memberSignature");
    expect(
      sent.every(
        (one) => one.type === "inbox-send" && one.memberSignature !== undefined,
      ),
    ).toBe(true);
  });

  it("[EN-146] are written to as by anybody when they know another key", () => {
    const world = createWorld("fallback", "alice", "bob", "carol", "dave");
    const circle = gather(world, "alice", "bob", "carol", "dave");
    spoilPath(world, "bob", circle);
    invite(world, "alice", { circle });
    expect(standing(world, "bob", circle)).toBe("halted");
    setOnline(world, "bob", false);
    // Two rotations further, alice's inbox knows bob's address no more.
    for (const name of ["carol", "dave"]) {
      const member = memberKey(world, { by: "alice", circle, name });
      must(world, "alice", { command: "remove-member", circle, member });
      settle(world);
    }
    const heard = listen(world, "bob");
    setOnline(world, "bob", true);
    const signed = heard.flatMap((one) =>
      one.type === "inbox-send" ? [one.memberSignature !== undefined] : [],
    );
    expect(signed).toEqual([true, false]);
    expect(standing(world, "bob", circle)).toBe("member");
  });
});
