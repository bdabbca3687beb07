import { describe, expect, it } from "vitest";
import { circleView, gather, memberNames } from "../../testing/story.ts";
import { recordAt } from "../../testing/trouble.ts";
import {
  crash,
  createWorld,
  must,
  run,
  settle,
  start,
} from "../../testing/world.ts";
import type { World } from "../../testing/world.ts";

const DAY = 86_400_000;

/** Away, and there for a moment: no time goes by. */
function comes(
  world: World,
  name: string,
  o: { readonly circle: string; readonly away?: number },
): void {
  const { circle, away = 0 } = o;
  crash(world, name);
  world.now += away;
  start(world, name);
  settle(world);
  must(world, name, { command: "keep-up", circle });
  settle(world);
}

function addressOf(world: World, name: string, circle: string) {
  return recordAt(world, name, circle).circle?.info.addressNumber;
}

describe("a device that is there for a moment", () => {
  it("[EN-128] rotates the address when a week is over, and not before", () => {
    const world = createWorld("moment", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const before = addressOf(world, "alice", circle);
    comes(world, "alice", { circle, away: 6 * DAY });
    expect(addressOf(world, "alice", circle)).toBe(before);
    comes(world, "alice", { circle, away: 2 * DAY });
    expect(addressOf(world, "alice", circle)).toBe(before! + 1);
    expect(circleView(world, "alice", circle).pending).toEqual([]);
    expect(circleView(world, "alice", circle).summary.queued).toBe(0);
  });

  it("[EN-128] proposes its new keys, and lets out who wants to leave", () => {
    const world = createWorld("leaves", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    crash(world, "alice");
    comes(world, "bob", { circle, away: 8 * DAY });
    expect(recordAt(world, "bob", circle).proposed?.what).toBe("renew");
    must(world, "carol", { command: "leave-circle", circle });
    settle(world);
    start(world, "alice");
    settle(world);
    comes(world, "alice", { circle });
    expect(memberNames(world, "alice", circle)).toEqual(["alice", "bob"]);
  });

  it("[EN-128] gives the sign after a removal when its time has come", () => {
    const world = createWorld("sign", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    const member = circleView(world, "alice", circle).members.find(
      ({ name }) => name === "carol",
    )?.member;
    must(world, "alice", {
      command: "remove-member",
      circle,
      member: member ?? "",
    });
    settle(world);
    expect(circleView(world, "alice", circle).removal?.state).toBe("pending");
    comes(world, "bob", { circle, away: 3_660_000 });
    expect(circleView(world, "alice", circle).removal?.state).toBe("confirmed");
  });

  it("[EN-128] does nothing in a circle that it is not in", () => {
    const world = createWorld("nowhere", "alice");
    const refused = run(world, "alice", { command: "keep-up", circle: "x" });
    expect(refused).toEqual({ ok: false, error: "unknown-circle" });
  });
});
