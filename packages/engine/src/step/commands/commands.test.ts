import { describe, expect, it } from "vitest";
import {
  circleView,
  found,
  gather,
  invite,
  memberKey,
  say,
  standing,
  texts,
  timeline,
} from "../../testing/story.ts";
import {
  advance,
  createWorld,
  deviceOf,
  look,
  must,
  restart,
  run,
  setOnline,
  settle,
} from "../../testing/world.ts";

const WHEN = {
  local: "2026-11-26T18:00",
  zone: "Asia/Beirut",
  instant: Date.UTC(2026, 10, 26, 16),
};
const NOBODY = "A".repeat(43);

describe("commands", () => {
  it("[VW-8] tell why they are refused, and change nothing", () => {
    const world = createWorld("faults", "alice");
    const refused = (command: Parameters<typeof run>[2]): string => {
      const reply = run(world, "alice", command);
      return reply?.ok === false ? reply.error : "granted";
    };
    expect(
      refused({ command: "found-circle", name: "x", memberName: "y" }),
    ).toBe("no-profile");
    expect(
      refused({ command: "request-join", link: "x", memberName: "y" }),
    ).toBe("no-profile");
    expect(refused({ command: "set-profile", name: " \u200b " })).toBe(
      "bad-text",
    );
    const circle = found(world, "alice");
    const before = deviceOf(world, "alice").state.durable;
    expect(
      refused({ command: "found-circle", name: "", memberName: "y" }),
    ).toBe("bad-text");
    expect(refused({ command: "send", circle: NOBODY, text: "x" })).toBe(
      "unknown-circle",
    );
    expect(refused({ command: "send", circle, text: " \n " })).toBe("bad-text");
    expect(refused({ command: "send", circle, text: "x".repeat(20_000) })).toBe(
      "bad-text",
    );
    expect(
      refused({
        command: "send",
        circle,
        text: "x",
        replyTo: NOBODY.slice(0, 22),
      }),
    ).toBe("unknown-item");
    expect(refused({ command: "send", circle, text: "x", replyTo: "?" })).toBe(
      "unknown-item",
    );
    expect(
      refused({
        command: "react",
        circle,
        target: NOBODY.slice(0, 22),
        emoji: "👍",
      }),
    ).toBe("unknown-item");
    expect(
      refused({
        command: "react",
        circle,
        target: NOBODY.slice(0, 22),
        emoji: "no",
      }),
    ).toBe("bad-text");
    expect(
      refused({
        command: "rsvp",
        circle,
        notice: NOBODY.slice(0, 22),
        answer: "yes",
      }),
    ).toBe("unknown-item");
    expect(
      refused({
        command: "post-notice",
        circle,
        title: "x",
        place: "",
        agenda: "",
        when: { ...WHEN, local: "tomorrow" },
      }),
    ).toBe("bad-time");
    expect(
      refused({
        command: "post-notice",
        circle,
        title: "",
        place: "",
        agenda: "",
        when: WHEN,
      }),
    ).toBe("bad-text");
    expect(refused({ command: "mark-read", circle: NOBODY, to: 1 })).toBe(
      "unknown-circle",
    );
    expect(refused({ command: "mark-read", circle, to: 0.5 })).toBe(
      "bad-number",
    );
    expect(
      refused({ command: "discard", circle, id: NOBODY.slice(0, 22) }),
    ).toBe("unknown-item");
    expect(refused({ command: "forget-circle", circle: NOBODY })).toBe(
      "unknown-circle",
    );
    expect(refused({ command: "forget-circle", circle })).toBe("already-in");
    expect(
      refused({ command: "create-invite", circle, maxUses: 1, days: 1_000 }),
    ).toBe("bad-number");
    expect(deviceOf(world, "alice").state.durable).toEqual(before);
  });

  it("[VW-8] are answered once, also when they change nothing", () => {
    const world = createWorld("once", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    must(world, "bob", { command: "mark-read", circle, to: 0 });
    must(world, "bob", { command: "mark-read", circle, to: 0 });
    say(world, "alice", { circle, text: "one" });
    expect(circleView(world, "bob", circle).summary.unread).toBe(1);
    must(world, "bob", { command: "mark-read", circle, to: 99 });
    expect(circleView(world, "bob", circle).summary.unread).toBe(0);
    expect(timeline(world, "bob", circle).readTo).toBe(1);
    restart(world, "bob");
    expect(circleView(world, "bob", circle).summary.unread).toBe(0);
  });

  it("[EN-15] forget a circle with everything that was stored of it", () => {
    const world = createWorld("forget", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    for (let i = 0; i < 30; i++) say(world, "alice", { circle, text: `${i}` });
    const member = memberKey(world, { by: "alice", circle, name: "bob" });
    must(world, "alice", { command: "remove-member", circle, member });
    settle(world);
    expect(texts(world, "bob", circle)).toHaveLength(30);
    must(world, "bob", { command: "forget-circle", circle });
    expect(look(world, "bob", { query: "app" }).circles).toEqual([]);
    settle(world);
    const left = [...deviceOf(world, "bob").disk.keys()].filter((key) =>
      key.includes(circle),
    );
    // What is left tells only that ids were used: of items that made none.
    expect(left.filter((key) => !key.startsWith("item-of/"))).toEqual([]);
    expect(left.length).toBeLessThan(4);
    restart(world, "bob");
    expect(look(world, "bob", { query: "app" }).circles).toEqual([]);
  });

  it("[EN-15] forget a request to join, which is then asked anew", () => {
    const world = createWorld("give-up", "alice", "bob");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    must(world, "bob", { command: "request-join", link, memberName: "bob" });
    settle(world);
    must(world, "bob", { command: "forget-circle", circle });
    expect([...deviceOf(world, "bob").disk.keys()]).toEqual(["root/root"]);
    must(world, "bob", {
      command: "request-join",
      link,
      memberName: "bob again",
    });
    settle(world);
    expect(
      circleView(world, "alice", circle)
        .requests.map(({ name }) => name)
        .toSorted(),
    ).toEqual(["bob", "bob again"]);
  });

  it("[VW-8] let nobody write who is not in", () => {
    const world = createWorld("out", "alice", "bob");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    must(world, "bob", { command: "request-join", link, memberName: "bob" });
    expect(run(world, "bob", { command: "send", circle, text: "x" })).toEqual({
      ok: false,
      error: "not-a-member",
    });
    expect(standing(world, "bob", circle)).toBe("waiting");
    setOnline(world, "bob", false);
    advance(world, 1_000);
    expect(circleView(world, "bob", circle).summary.caughtUp).toBe(false);
  });
});
