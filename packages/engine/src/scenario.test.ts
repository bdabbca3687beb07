import { describe, expect, it } from "vitest";
import {
  approveAll,
  ask,
  circleView,
  found,
  gather,
  invite,
  memberKey,
  memberNames,
  say,
  standing,
  texts,
  timeline,
} from "./testing/story.ts";
import {
  advance,
  createWorld,
  look,
  must,
  restart,
  restartRelay,
  setOnline,
  settle,
} from "./testing/world.ts";

describe("a circle", () => {
  it("[EN-30] is founded and talked in by its founder alone", () => {
    const world = createWorld("found", "alice");
    const circle = found(world, "alice");
    say(world, "alice", { circle, text: "hello" });
    expect(texts(world, "alice", circle)).toEqual(["hello"]);
    expect(standing(world, "alice", circle)).toBe("member");
  });

  it("[EN-60] [EN-161] lets in two by invite and approval, who all talk", () => {
    const world = createWorld("join", "alice", "bob", "carol");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    ask(world, "bob", link);
    ask(world, "carol", link);
    expect(standing(world, "bob", circle)).toBe("waiting");
    expect(
      circleView(world, "alice", circle)
        .requests.map(({ name }) => name)
        .toSorted(),
    ).toEqual(["bob", "carol"]);
    approveAll(world, "alice", circle);
    for (const name of ["alice", "bob", "carol"]) {
      expect(standing(world, name, circle)).toBe("member");
      expect(memberNames(world, name, circle)).toEqual([
        "alice",
        "bob",
        "carol",
      ]);
    }
    say(world, "alice", { circle, text: "a" });
    say(world, "bob", { circle, text: "b" });
    say(world, "carol", { circle, text: "c" });
    for (const name of ["alice", "bob", "carol"])
      expect(texts(world, name, circle)).toEqual(["a", "b", "c"]);
    expect(circleView(world, "alice", circle).requests).toEqual([]);
  });

  it("[EN-36] answers notices, replies and reacts", () => {
    const world = createWorld("talk", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const first = say(world, "alice", { circle, text: "first" });
    say(world, "bob", { circle, text: "second", replyTo: first });
    must(world, "bob", {
      command: "react",
      circle,
      target: first,
      emoji: "👍",
    });
    const notice = must(world, "alice", {
      command: "post-notice",
      circle,
      title: "Meeting",
      place: "Hall",
      agenda: "",
      when: {
        local: "2026-11-26T18:00",
        zone: "Asia/Beirut",
        instant: Date.UTC(2026, 10, 26, 16),
      },
    });
    settle(world);
    if (notice.kind !== "item") throw new Error();
    must(world, "bob", {
      command: "rsvp",
      circle,
      notice: notice.id,
      answer: "yes",
    });
    settle(world);
    const seen = timeline(world, "alice", circle);
    expect(
      timeline(world, "bob", circle)
        .items.map((i) => i.id)
        .slice(1),
    ).toEqual(seen.items.map((i) => i.id).slice(2));
    expect(
      look(world, "bob", { query: "app" }).circles[0]?.nextNotice?.title,
    ).toBe("Meeting");
    expect(seen.items.slice(2)).toMatchObject([
      { item: "message", text: "first", reactions: [{ emoji: "👍" }] },
      { item: "message", text: "second", replyTo: { excerpt: "first" } },
      { item: "notice", title: "Meeting", answers: { yes: [{ name: "bob" }] } },
    ]);
  });

  it("[EN-39] [EN-59] goes on without whom it removes, in another log", () => {
    const world = createWorld("remove", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    say(world, "carol", { circle, text: "before" });
    must(world, "alice", {
      command: "remove-member",
      circle,
      member: memberKey(world, { by: "alice", circle, name: "carol" }),
    });
    settle(world);
    say(world, "alice", { circle, text: "after" });
    say(world, "bob", { circle, text: "yes" });
    expect(texts(world, "bob", circle)).toEqual(["before", "after", "yes"]);
    expect(texts(world, "carol", circle)).toEqual(["before"]);
    expect(standing(world, "carol", circle)).toBe("removed");
    expect(memberNames(world, "bob", circle)).toEqual(["alice", "bob"]);
  });

  it("[EN-36] [EN-37] brings back who was offline", () => {
    const world = createWorld("offline", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    setOnline(world, "bob", false);
    for (let i = 0; i < 250; i++)
      say(world, "alice", { circle, text: `m${i}` });
    say(world, "bob", { circle, text: "mine" });
    expect(texts(world, "bob", circle)).toEqual(["mine"]);
    setOnline(world, "bob", true);
    expect(texts(world, "bob", circle).length).toBe(251);
    expect(texts(world, "alice", circle)).toEqual(texts(world, "bob", circle));
    restart(world, "bob");
    expect(texts(world, "alice", circle)).toEqual(texts(world, "bob", circle));
    restartRelay(world);
    advance(world, 1000);
    say(world, "bob", { circle, text: "again" });
    expect(texts(world, "alice", circle)).toEqual(texts(world, "bob", circle));
  }, 60_000);
});
