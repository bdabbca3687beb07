/** Presence, removals, missing messages and what newcomers are told, between whole engines. */
import { describe, expect, it } from "vitest";
import { encodeContent } from "@halqa/model";
import {
  approveAll,
  ask,
  circleView,
  gather,
  invite,
  memberKey,
  say,
  texts,
  timeline,
} from "../../testing/story.ts";
import { recordAt } from "../../testing/trouble.ts";
import {
  advance,
  crash,
  createWorld,
  deviceOf,
  must,
  releaseDelayed,
  restart,
  setOnline,
  settle,
  start,
  watchEffects,
} from "../../testing/world.ts";
import type { World } from "../../testing/world.ts";
import type { CircleRecord } from "../durable.ts";
import { createOutboxItem } from "../outbox.ts";
import { keepSent } from "./sent-store.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Time in which nothing but what it brings happens: going through days of signs of life would take long. */
function leap(world: World, ms: number): void {
  world.now += ms - 5 * MINUTE;
  advance(world, 5 * MINUTE);
}

function memberOf(
  world: World,
  circle: string,
  { by, name }: { readonly by: string; readonly name: string },
) {
  const found = circleView(world, by, circle).members.find(
    (one) => one.name === name,
  );
  if (found === undefined) throw new Error(`${name} is no member`);
  return found;
}

function remove(world: World, circle: string, name: string): void {
  const by = "alice";
  const member = memberKey(world, { by, circle, name });
  must(world, by, { command: "remove-member", circle, member });
  settle(world);
  advance(world, 1_000);
}

function kinds(world: World, name: string, circle: string): readonly string[] {
  return circleView(world, name, circle).summary.alarms.map(({ kind }) => kind);
}

function setRecord(world: World, name: string, record: CircleRecord): void {
  const device = deviceOf(world, name);
  const { durable } = device.state;
  const circles = new Map(durable.circles).set(record.id, record);
  device.state = { ...device.state, durable: { ...durable, circles } };
}

describe("who is there", () => {
  it("[PR-1] [PR-40] shows a steward the device that was added and never spoke", () => {
    const world = createWorld("unheard", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob");
    ask(world, "carol", invite(world, "alice", { circle }));
    crash(world, "carol");
    approveAll(world, "alice", circle);
    expect(
      memberOf(world, circle, { by: "alice", name: "carol" }).unheard,
    ).toBe(1);
    expect(
      memberOf(world, circle, { by: "bob", name: "carol" }).unheard,
    ).toBeUndefined();
    restart(world, "alice");
    expect(
      memberOf(world, circle, { by: "alice", name: "carol" }).unheard,
    ).toBe(1);
    start(world, "carol");
    advance(world, MINUTE);
    expect(
      memberOf(world, circle, { by: "alice", name: "carol" }).unheard,
    ).toBeUndefined();
  });

  it("[PR-1] [PR-40] counts the days since a member was heard, over restarts", () => {
    const world = createWorld("silent", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    setOnline(world, "bob", false);
    for (let day = 0; day < 9; day++) {
      leap(world, DAY);
      say(world, "carol", { circle, text: `day ${day}` });
    }
    restart(world, "alice");
    expect(
      memberOf(world, circle, { by: "alice", name: "bob" }).silentDays,
    ).toBeGreaterThanOrEqual(9);
    expect(
      memberOf(world, circle, { by: "alice", name: "carol" }).silentDays,
    ).toBe(undefined);
    setOnline(world, "bob", true);
    say(world, "bob", { circle, text: "here I am" });
    expect(
      memberOf(world, circle, { by: "alice", name: "bob" }).silentDays,
    ).toBe(undefined);
  });

  it("[PR-2] forgets it with the circle, and what was of whoever sat there before", () => {
    const world = createWorld("again", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob");
    remove(world, circle, "bob");
    expect(recordAt(world, "bob", circle)).toMatchObject({
      presence: undefined,
      sent: [],
    });
    ask(world, "carol", invite(world, "alice", { circle }));
    crash(world, "carol");
    approveAll(world, "alice", circle);
    expect(
      memberOf(world, circle, { by: "alice", name: "carol" }).unheard,
    ).toBe(1);
  });

  it("[PR-50] changes one page for a message that is read", () => {
    const world = createWorld("pages", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const writes: (readonly [string, number])[] = [];
    watchEffects(world, (device, effect) => {
      if (device !== "alice" || effect.type !== "commit") return;
      for (const { ref, value } of effect.writes)
        writes.push([ref.store, value?.length ?? 0]);
    });
    say(world, "bob", { circle, text: "hello" });
    const own = ["presence", "heard", "gaps", "sent", "sent-item"];
    const changed = writes.filter(([store]) => own.includes(store));
    expect(changed.map(([store]) => store)).toEqual(["heard"]);
    expect(changed[0]?.[1]).toBeLessThan(1_000);
  });
});

describe("a device that says hello", () => {
  it("[EN-161] is answered by the member who let it in, where no steward is there", () => {
    const world = createWorld("adopted", "alice", "bob", "carol", "dora");
    const circle = gather(world, "alice", "bob", "dora");
    must(world, "alice", {
      command: "create-invite",
      circle,
      maxUses: 5,
      days: 7,
      auto: true,
    });
    settle(world);
    advance(world, 1_000);
    const link = circleView(world, "alice", circle).invites.at(-1)?.link;
    setOnline(world, "alice", false);
    setOnline(world, "dora", false);
    ask(world, "carol", link ?? "");
    advance(world, 2 * MINUTE);
    const { presence } = recordAt(world, "carol", circle);
    const heard = (presence?.pages ?? []).flat().filter(Boolean);
    expect(heard).toHaveLength(1);
    expect(heard[0]?.state).toBe("heard");
  });
});

describe("a removal between engines", () => {
  function four(seed: string): {
    readonly world: World;
    readonly circle: string;
  } {
    const world = createWorld(seed, "alice", "bob", "carol", "mallory");
    const circle = gather(world, "alice", "bob", "carol", "mallory");
    return { world, circle };
  }

  it("[PR-10] [PR-11] [PR-12] [PR-42] is pending until the others gave their signs within the hour", () => {
    const { world, circle } = four("confirmed");
    remove(world, circle, "mallory");
    expect(circleView(world, "alice", circle).removal).toMatchObject({
      people: [{ name: "mallory" }],
      state: "pending",
      confirmed: 0,
      of: 2,
    });
    advance(world, 50_000);
    expect(circleView(world, "alice", circle).removal?.confirmed).toBe(0);
    const before = texts(world, "alice", circle).length;
    advance(world, 61 * MINUTE);
    expect(circleView(world, "alice", circle).removal).toMatchObject({
      state: "confirmed",
      confirmed: 2,
      of: 2,
    });
    expect(circleView(world, "bob", circle).removal?.state).toBe("confirmed");
    expect(texts(world, "alice", circle)).toHaveLength(before);
    restart(world, "alice");
    expect(circleView(world, "alice", circle).removal?.state).toBe("confirmed");
    leap(world, 8 * DAY);
    expect(circleView(world, "alice", circle).removal).toBeUndefined();
    expect(kinds(world, "alice", circle)).toEqual([]);
  });

  it("[PR-11] [PR-12] is confirmed by what people say as well, who then give no sign", () => {
    const { world, circle } = four("talk");
    remove(world, circle, "mallory");
    say(world, "bob", { circle, text: "one" });
    say(world, "carol", { circle, text: "two" });
    expect(circleView(world, "alice", circle).removal?.state).toBe("confirmed");
    const seq = recordAt(world, "alice", circle).circle?.log.seq;
    leap(world, 2 * HOUR);
    expect(recordAt(world, "alice", circle).circle?.log.seq).toBe(seq);
  });

  it("[PR-13] [PR-16] is never said to be done while relay and removed keep it from the others, and is an alarm after a week", () => {
    const { world, circle } = four("withheld");
    setOnline(world, "bob", false);
    setOnline(world, "carol", false);
    remove(world, circle, "mallory");
    for (let day = 0; day < 6; day++) {
      leap(world, DAY);
      expect(circleView(world, "alice", circle).removal?.state).toBe("pending");
      expect(kinds(world, "alice", circle)).toEqual([]);
    }
    restart(world, "alice");
    leap(world, DAY + HOUR);
    expect(circleView(world, "alice", circle).removal?.state).toBe("trouble");
    expect(kinds(world, "alice", circle)).toEqual(["unconfirmed"]);
    setOnline(world, "bob", true);
    setOnline(world, "carol", true);
    leap(world, 2 * HOUR);
    expect(circleView(world, "alice", circle).removal?.state).not.toBe(
      "trouble",
    );
    expect(kinds(world, "alice", circle)).toEqual([]);
  });

  it("[PR-13] is an alarm after two weeks though the relay says nothing at all", () => {
    const { world, circle } = four("silent relay");
    setOnline(world, "bob", false);
    setOnline(world, "carol", false);
    remove(world, circle, "mallory");
    setOnline(world, "alice", false);
    leap(world, 10 * DAY);
    expect(kinds(world, "alice", circle)).toEqual([]);
    leap(world, 5 * DAY);
    expect(kinds(world, "alice", circle)).toEqual(["unconfirmed"]);
  });

  it("[PR-15] is waited for from the first one that nobody confirmed", () => {
    const { world, circle } = four("in a row");
    setOnline(world, "carol", false);
    setOnline(world, "mallory", false);
    setOnline(world, "bob", false);
    remove(world, circle, "mallory");
    leap(world, 5 * DAY);
    remove(world, circle, "bob");
    expect(circleView(world, "alice", circle).removal?.people).toHaveLength(2);
    leap(world, 2 * DAY + HOUR);
    expect(kinds(world, "alice", circle)).toEqual(["unconfirmed"]);
  });

  it("[CI-192] leaves no key of an epoch that ended a day ago", () => {
    const { world, circle } = four("keys");
    remove(world, circle, "mallory");
    const kept = (name: string): number =>
      recordAt(world, name, circle).circle?.epochKeys.length ?? 0;
    expect(kept("bob")).toBeGreaterThan(1);
    leap(world, 23 * HOUR);
    expect(kept("bob")).toBeGreaterThan(1);
    crash(world, "bob");
    world.now += 2 * HOUR;
    setOnline(world, "alice", false);
    start(world, "bob");
    settle(world);
    expect(kept("bob")).toBe(1);
    expect(recordAt(world, "bob", circle).circle?.mls.past).toEqual([]);
  });
});

describe("missing messages between engines", () => {
  /** Bob has numbered and kept a message that the log never shows. */
  function lose(world: World, circle: string, words: string): void {
    settle(world);
    const record = recordAt(world, "bob", circle);
    const { circle: keys } = record;
    if (keys === undefined) throw new Error("bob is in");
    const { random } = deviceOf(world, "bob");
    const content = { kind: "text", text: words } as const;
    const item = createOutboxItem(
      { random: random.bytes, now: world.now },
      encodeContent(content),
    );
    const counted = {
      epoch: keys.mls.context.epoch,
      number: keys.sent.count,
      before: undefined,
    };
    const sent = keepSent(record.sent, {
      item: { ...item, counted },
      content,
      memberKey: keys.memberKey,
    });
    const count = { ...keys.sent, count: keys.sent.count + 1 };
    setRecord(world, "bob", {
      ...record,
      circle: { ...keys, sent: count },
      sent,
    });
  }

  it("[PR-20] [PR-22] [PR-23] [PR-41] are shown, asked for by one, said again by their author, and doubled nowhere", () => {
    const world = createWorld("missing", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    say(world, "bob", { circle, text: "one" });
    lose(world, circle, "two");
    lose(world, circle, "three");
    say(world, "bob", { circle, text: "four" });
    expect(recordAt(world, "alice", circle).presence?.gaps).toHaveLength(2);
    setOnline(world, "bob", false);
    advance(world, 10 * MINUTE);
    expect(memberOf(world, circle, { by: "alice", name: "bob" }).missing).toBe(
      2,
    );
    expect(memberOf(world, circle, { by: "carol", name: "bob" }).missing).toBe(
      2,
    );
    setOnline(world, "bob", true);
    advance(world, 10 * MINUTE);
    expect(
      memberOf(world, circle, { by: "alice", name: "bob" }).missing,
    ).toBeUndefined();
    expect(recordAt(world, "carol", circle).presence?.gaps).toEqual([]);
    for (const name of ["alice", "carol"])
      expect(texts(world, name, circle)).toEqual([
        "one",
        "four",
        "two",
        "three",
      ]);
    const seq = recordAt(world, "alice", circle).circle?.log.seq;
    leap(world, 12 * HOUR);
    expect(recordAt(world, "alice", circle).circle?.log.seq).toBe(seq);
  });

  it("[PR-22] [PR-24] are asked for no more when nobody can answer, and forgotten after a week", () => {
    const world = createWorld("lost", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    lose(world, circle, "gone");
    setRecord(world, "bob", { ...recordAt(world, "bob", circle), sent: [] });
    say(world, "bob", { circle, text: "next" });
    leap(world, DAY);
    // Asked for a second time, and then no more.
    leap(world, DAY);
    const seq = recordAt(world, "alice", circle).circle?.log.seq;
    expect(memberOf(world, circle, { by: "alice", name: "bob" }).missing).toBe(
      1,
    );
    leap(world, 4 * DAY);
    expect(recordAt(world, "alice", circle).circle?.log.seq).toBe(seq);
    leap(world, 2 * DAY);
    expect(
      memberOf(world, circle, { by: "alice", name: "bob" }).missing,
    ).toBeUndefined();
  });
});

describe("what comes late", () => {
  it("[EN-162] a vote that comes behind its epoch counts when it comes again, once", () => {
    const world = createWorld("late vote", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const poll = must(world, "alice", {
      command: "post-poll",
      circle,
      question: "When?",
      options: ["Monday", "Tuesday"],
      ballot: "single",
    });
    if (poll.kind !== "item") throw new Error("a poll is an item");
    settle(world);
    const bob = deviceOf(world, "bob");
    bob.isDelayed = true;
    must(world, "bob", {
      command: "vote",
      circle,
      target: poll.id,
      choices: [1],
    });
    must(world, "bob", { command: "send", circle, text: "late words" });
    settle(world);
    bob.isDelayed = false;
    must(world, "alice", { command: "rename-circle", circle, name: "Other" });
    settle(world);
    advance(world, 1_000);
    releaseDelayed(world, "bob");
    advance(world, MINUTE);
    for (const name of ["alice", "bob"]) {
      const item = timeline(world, name, circle).items.find(
        (one) => one.item === "poll",
      );
      expect(item).toMatchObject({
        votes: [{ person: { name: "bob" }, choices: [1] }],
      });
      expect(texts(world, name, circle)).toEqual(["late words"]);
    }
    expect(circleView(world, "bob", circle).summary.queued).toBe(0);
  });
});

describe("what newcomers are told", () => {
  function withNews(seed: string, ...names: readonly string[]) {
    const world = createWorld(seed, "alice", "bob", "carol", "dora", ...names);
    const circle = gather(world, "alice", "bob");
    const text = say(world, "bob", { circle, text: "our rules" });
    must(world, "alice", {
      command: "pin",
      circle,
      target: text,
      pinned: true,
    });
    const notice = must(world, "bob", {
      command: "post-notice",
      circle,
      title: "Assembly",
      when: {
        local: "2026-11-26T18:00",
        zone: "UTC",
        instant: Date.UTC(2026, 10, 26, 18),
      },
      place: "",
      agenda: "",
    });
    say(world, "bob", { circle, text: "between us" });
    if (notice.kind !== "item") throw new Error("a notice is an item");
    return { world, circle, text, notice: notice.id };
  }

  function letIn(world: World, circle: string, name: string): void {
    ask(world, name, invite(world, "alice", { circle }));
    approveAll(world, "alice", circle);
    advance(world, MINUTE);
  }

  it("[PR-30] [PR-32] [CT-80] [CT-81] are meetings and what is pinned, as the steward's word, and nothing else", () => {
    const { world, circle, text, notice } = withNews("told");
    const before = timeline(world, "bob", circle).items.length;
    letIn(world, circle, "carol");
    const items = timeline(world, "carol", circle).items;
    expect(items.find(({ id }) => id === text)).toMatchObject({
      text: "our rules",
      author: { name: "alice" },
      shared: { author: { name: "bob" } },
      pinnedBy: { name: "alice" },
    });
    expect(items.find(({ id }) => id === notice)).toMatchObject({
      title: "Assembly",
      author: { name: "alice" },
      shared: { author: { name: "bob" } },
    });
    expect(texts(world, "carol", circle)).not.toContain("between us");
    // Those who were here see that somebody joined, and nothing twice.
    expect(timeline(world, "bob", circle).items).toHaveLength(before + 1);
  });

  it("[CT-81] [CT-82] find answers and edits of all, and leave to the author what is the author's", () => {
    const { world, circle, text, notice } = withNews("acts");
    letIn(world, circle, "carol");
    must(world, "carol", {
      command: "rsvp",
      circle,
      notice,
      answer: "yes",
    });
    must(world, "bob", {
      command: "edit",
      circle,
      target: text,
      text: "our new rules",
    });
    settle(world);
    expect(texts(world, "carol", circle)).toContain("our new rules");
    const seen = timeline(world, "bob", circle).items.find(
      ({ id }) => id === notice,
    );
    expect(seen).toMatchObject({ answers: { yes: [{ name: "carol" }] } });
    must(world, "bob", { command: "delete", circle, target: text });
    settle(world);
    const gone = timeline(world, "carol", circle).items.find(
      ({ id }) => id === text,
    );
    expect(gone).toMatchObject({ item: "gone", author: { name: "bob" } });
  });

  it("[PR-30] [PR-31] are told once by one steward to all who came together", () => {
    const { world, circle, notice } = withNews("once");
    must(world, "alice", {
      command: "promote",
      circle,
      member: memberKey(world, { by: "alice", circle, name: "bob" }),
    });
    settle(world);
    advance(world, MINUTE);
    const link = invite(world, "alice", { circle });
    ask(world, "carol", link);
    ask(world, "dora", link);
    approveAll(world, "alice", circle);
    advance(world, 30 * MINUTE);
    const sharedAt = ["alice", "bob"].map(
      (name) => recordAt(world, name, circle).presence?.meta,
    );
    for (const meta of sharedAt) {
      expect(meta?.shareAt).toBeUndefined();
      expect(meta?.sharedAt).toBeGreaterThan(0);
    }
    for (const name of ["carol", "dora"])
      expect(
        timeline(world, name, circle).items.filter(({ id }) => id === notice),
      ).toHaveLength(1);
    const seq = recordAt(world, "alice", circle).circle?.log.seq ?? 0;
    leap(world, HOUR);
    expect(recordAt(world, "alice", circle).circle?.log.seq).toBe(seq);
  });

  it("[PR-33] wait until the steward's device has caught up", () => {
    const { world, circle, notice } = withNews("waits");
    ask(world, "carol", invite(world, "alice", { circle }));
    approveAll(world, "alice", circle);
    setOnline(world, "alice", false);
    leap(world, HOUR);
    expect(
      timeline(world, "carol", circle).items.some(({ id }) => id === notice),
    ).toBe(false);
    setOnline(world, "alice", true);
    leap(world, HOUR);
    expect(
      timeline(world, "carol", circle).items.some(({ id }) => id === notice),
    ).toBe(true);
  });
});

describe("what a commit sets", () => {
  it("[EN-160] stands in everybody's list with who made it", () => {
    const world = createWorld("set", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const member = memberKey(world, { by: "alice", circle, name: "bob" });
    const acts = [
      { command: "rename-circle", circle, name: "Other" },
      { command: "promote", circle, member },
      { command: "demote", circle, member },
      { command: "close-circle", circle },
    ] as const;
    for (const act of acts) {
      must(world, "alice", act);
      settle(world);
      advance(world, MINUTE);
    }
    for (const name of ["alice", "bob"]) {
      const changes = timeline(world, name, circle).items.flatMap((one) =>
        one.item === "change" ? [one] : [],
      );
      expect(changes.slice(-4)).toMatchObject([
        { change: "renamed", by: { name: "alice" }, text: "Other" },
        { change: "promoted", who: { name: "bob" } },
        { change: "demoted", who: { name: "bob" } },
        { change: "closed", by: { name: "alice" } },
      ]);
    }
  });
});
