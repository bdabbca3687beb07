import { describe, expect, it } from "vitest";
import {
  circleView,
  found,
  gather,
  invite,
  memberKey,
  say,
  texts,
  timeline,
} from "../testing/story.ts";
import {
  advance,
  createWorld,
  deviceOf,
  look,
  must,
  restart,
  setOnline,
  settle,
  skip,
  tell,
  tryLook,
  watchEffects,
} from "../testing/world.ts";
import { MAX_WATCHES } from "../step/limits.ts";
import type { View } from "./view.ts";

const WHEN = {
  local: "2026-11-26T18:00",
  zone: "Asia/Beirut",
  instant: Date.UTC(2026, 10, 26, 16),
};

describe("views", () => {
  it("[VW-1] are told when something in them changed, and only then", () => {
    const world = createWorld("told", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const other = must(world, "alice", {
      command: "found-circle",
      name: "Other",
      memberName: "alice",
    });
    settle(world);
    if (other.kind !== "circle") throw new Error("founded");
    const alice = deviceOf(world, "alice");
    tell(world, alice, {
      type: "watch",
      id: 901,
      query: { query: "timeline", circle, limit: 10 },
    });
    tell(world, alice, {
      type: "watch",
      id: 902,
      query: { query: "circle", circle: other.circle },
    });
    settle(world);
    const told: number[] = [];
    watchEffects(world, (device, effect) => {
      if (device === "alice" && effect.type === "view") told.push(effect.id);
    });
    say(world, "bob", { circle, text: "hello" });
    expect(told).toEqual([901]);
    advance(world, 30_000);
    expect(told).toEqual([901]);
    tell(world, alice, { type: "unwatch", id: 901 });
    say(world, "bob", { circle, text: "again" });
    expect(told).toEqual([901]);
  });

  it("[VW-3] can be cloned between threads and hold no bytes", () => {
    const world = createWorld("plain", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    invite(world, "alice", { circle });
    say(world, "bob", { circle, text: "hello" });
    const views: readonly View[] = [
      look(world, "alice", { query: "app" }),
      circleView(world, "alice", circle),
      timeline(world, "alice", circle),
    ];
    for (const view of views) {
      expect(structuredClone(view)).toEqual(view);
      expect(JSON.parse(JSON.stringify(view))).toEqual(view);
    }
    const { root, circles } = deviceOf(world, "alice").state.durable;
    const secret = Buffer.from(root.identitySeed).toString("base64url");
    expect(JSON.stringify(views)).not.toContain(secret);
    expect(circles.size).toBe(1);
  });

  it("[VW-4] list circles with the newest first, what is unread and the next meeting", () => {
    const world = createWorld("list", "alice", "bob");
    const first = gather(world, "alice", "bob");
    advance(world, 120_000);
    const made = must(world, "bob", {
      command: "found-circle",
      name: "Second",
      memberName: "bob",
    });
    if (made.kind !== "circle") throw new Error("founded");
    settle(world);
    expect(
      look(world, "bob", { query: "app" }).circles.map(({ name }) => name),
    ).toEqual(["Second", "Bread and roses"]);
    advance(world, 120_000);
    must(world, "alice", {
      command: "post-notice",
      circle: first,
      title: "Later",
      place: "",
      agenda: "",
      when: {
        ...WHEN,
        instant: WHEN.instant + 86_400_000,
        local: "2026-11-27T18:00",
      },
    });
    must(world, "alice", {
      command: "post-notice",
      circle: first,
      title: "Meeting",
      place: "Hall",
      agenda: "",
      when: WHEN,
    });
    settle(world);
    const { circles, profile } = look(world, "bob", { query: "app" });
    expect(profile).toEqual({ name: "bob" });
    expect(circles.map(({ name }) => name)).toEqual([
      "Bread and roses",
      "Second",
    ]);
    expect(circles[0]).toMatchObject({
      unread: 2,
      members: 2,
      stewards: 1,
      steward: false,
      standing: "member",
      caughtUp: true,
      queued: 0,
    });
    expect(circles[0]?.nextNotice).toMatchObject({
      title: "Meeting",
      place: "Hall",
      when: WHEN,
    });
    restart(world, "bob");
    expect(
      look(world, "bob", { query: "app" }).circles[0]?.nextNotice?.title,
    ).toBe("Meeting");
    skip(world, 4 * 86_400_000);
    expect(
      look(world, "bob", { query: "app" }).circles[0]?.nextNotice?.title,
    ).toBe("Later");
  });

  it("[VW-5] show a circle's people, and requests and invites to stewards", () => {
    const world = createWorld("people", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob");
    const link = invite(world, "alice", { circle, maxUses: 3 });
    must(world, "carol", {
      command: "request-join",
      link,
      memberName: "carol",
    });
    settle(world);
    const view = circleView(world, "alice", circle);
    expect(
      view.members.map(({ name, own, steward, devices }) => ({
        name,
        own,
        steward,
        devices,
      })),
    ).toEqual([
      { name: "alice", own: true, steward: true, devices: 1 },
      { name: "bob", own: false, steward: false, devices: 1 },
    ]);
    expect(view.requests.map(({ name, state }) => ({ name, state }))).toEqual([
      { name: "carol", state: "asking" },
    ]);
    expect(view.summary.requests).toBe(1);
    expect(
      view.invites.map(({ maxUses, used, state }) => ({
        maxUses,
        used,
        state,
      })),
    ).toEqual([
      { maxUses: 10, used: 1, state: "open" },
      { maxUses: 3, used: 0, state: "open" },
    ]);
    const bobs = circleView(world, "bob", circle);
    expect([bobs.requests, bobs.invites]).toEqual([[], []]);
    setOnline(world, "alice", false);
    must(world, "alice", {
      command: "approve",
      circle,
      request: view.requests[0]?.id ?? "",
    });
    const member = memberKey(world, { by: "alice", circle, name: "bob" });
    must(world, "alice", { command: "remove-member", circle, member });
    expect(circleView(world, "alice", circle).pending).toEqual([
      { act: "approve", subject: view.requests[0]?.id },
      { act: "remove", subject: member },
    ]);
    expect(circleView(world, "alice", circle).summary.queued).toBe(2);
  });

  it("[VW-6] hold the newest items of a timeline, older ones with a larger limit, and what replies quote", () => {
    const world = createWorld("window", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const first = say(world, "alice", { circle, text: "the first" });
    for (let i = 0; i < 20; i++) say(world, "bob", { circle, text: `${i}` });
    say(world, "bob", { circle, text: "an answer", replyTo: first });
    restart(world, "alice");
    const narrow = look(world, "alice", {
      query: "timeline",
      circle,
      limit: 5,
    });
    expect(
      narrow.items.map((item) => (item.item === "message" ? item.text : "")),
    ).toEqual(["16", "17", "18", "19", "an answer"]);
    expect(narrow.more).toBe(true);
    const [answer] = narrow.items.slice(-1);
    expect(answer?.item === "message" && answer.replyTo).toMatchObject({
      id: first,
      excerpt: "the first",
    });
    const wide = look(world, "alice", {
      query: "timeline",
      circle,
      limit: 10_000,
    });
    expect(wide.items).toHaveLength(24);
    expect(wide.more).toBe(false);
    expect(wide.items.map(({ ordinal }) => ordinal)).toEqual(
      Array.from({ length: 24 }, (_, i) => i),
    );
  });

  it("[VW-6] follow what comes while they are watched, and let go of the oldest", () => {
    const world = createWorld("follow", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const alice = deviceOf(world, "alice");
    tell(world, alice, {
      type: "watch",
      id: 900,
      query: { query: "timeline", circle, limit: 3 },
    });
    settle(world);
    const quoted = say(world, "bob", { circle, text: "quoted" });
    for (let i = 0; i < 6; i++)
      say(world, "bob", { circle, text: `${i}`, replyTo: quoted });
    const view = alice.views.get(900);
    expect(
      view?.view === "timeline" &&
        view.items.map((item) =>
          item.item === "message" ? [item.text, item.replyTo?.excerpt] : [],
        ),
    ).toEqual([
      ["3", "quoted"],
      ["4", "quoted"],
      ["5", "quoted"],
    ]);
    expect(alice.state.windows.get(circle)?.items).toHaveLength(3);
    expect(alice.state.windows.get(circle)?.quoted.size).toBe(1);
  });

  it("[VW-7] put what is only queued last, without a place, and say how far it is", () => {
    const world = createWorld("queued", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    say(world, "alice", { circle, text: "there" });
    setOnline(world, "alice", false);
    say(world, "alice", { circle, text: "waits" });
    const items = timeline(world, "alice", circle).items.slice(-2);
    expect(
      items.map((item) =>
        item.item === "message"
          ? [item.text, item.state, item.ordinal !== undefined]
          : [],
      ),
    ).toEqual([
      ["there", "sent", true],
      ["waits", "queued", false],
    ]);
    expect(
      look(world, "alice", { query: "app" }).circles[0]?.last,
    ).toMatchObject({ text: "waits", state: "queued" });
    setOnline(world, "alice", true);
    expect(texts(world, "bob", circle)).toEqual(["there", "waits"]);
  });

  it("[VW-9] stay silent for circles that are not there and for one watch too many", () => {
    const world = createWorld("silent", "alice");
    const circle = found(world, "alice");
    expect(
      tryLook(world, "alice", { query: "circle", circle: "nowhere" }),
    ).toBeUndefined();
    expect(
      tryLook(world, "alice", {
        query: "timeline",
        circle: "nowhere",
        limit: 3,
      }),
    ).toBeUndefined();
    const alice = deviceOf(world, "alice");
    for (let id = 1_000; id < 1_000 + MAX_WATCHES; id++)
      tell(world, alice, { type: "watch", id, query: { query: "app" } });
    settle(world);
    expect(
      tryLook(world, "alice", { query: "circle", circle }),
    ).toBeUndefined();
    tell(world, alice, { type: "unwatch", id: 1_000 });
    expect(tryLook(world, "alice", { query: "circle", circle })).toBeDefined();
  });
});
