import { encodeBase64url, encodeUtf8 } from "@halqa/bytes";
import { describe, expect, it } from "vitest";
import {
  approveAll,
  ask,
  gather,
  invite,
  memberKey,
  say,
  standing,
} from "../testing/story.ts";
import { createWorld, deviceOf, must, settle, tell } from "../testing/world.ts";

describe("a circle that was forgotten", () => {
  it("[EN-15] shows nothing of what it had when it comes back to a timeline that is still watched", () => {
    const world = createWorld("forget", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const bob = deviceOf(world, "bob");
    const query = { query: "timeline", circle, limit: 100 } as const;
    tell(world, bob, { type: "watch", id: 900, query });
    // More of them than coming back puts into their places.
    for (let i = 0; i < 4; i++)
      say(world, "alice", { circle, text: `before ${i}` });
    const member = memberKey(world, { by: "alice", circle, name: "bob" });
    must(world, "alice", { command: "remove-member", circle, member });
    settle(world);
    expect(standing(world, "bob", circle)).toBe("removed");
    must(world, "bob", { command: "forget-circle", circle });
    settle(world);

    bob.views.delete(900);
    ask(world, "bob", invite(world, "alice", { circle }));
    approveAll(world, "alice", circle);
    const shown = bob.views.get(900);
    const items = shown?.view === "timeline" ? shown.items : undefined;
    expect(items).toBeDefined();
    expect(JSON.stringify(items)).not.toContain("before");
  });

  it("[EN-18] comes to rest with several timelines watched of circles that are not here", () => {
    const world = createWorld("absent", "alice");
    const alice = deviceOf(world, "alice");
    for (const [n, name] of ["one", "another", "a third"].entries()) {
      const circle = encodeBase64url(encodeUtf8(name.padEnd(16, ".")));
      const query = { query: "timeline", circle, limit: 100 } as const;
      tell(world, alice, { type: "watch", id: 900 + n, query });
    }
    settle(world);
    expect(gather(world, "alice")).toBeDefined();
  });
});
