import { describe, expect, it } from "vitest";
import { makeSteward } from "../../testing/second-steward.ts";
import {
  approveAll,
  ask,
  gather,
  invite,
  memberKey,
  say,
  timeline,
} from "../../testing/story.ts";
import { recordAt, spoilPath } from "../../testing/trouble.ts";
import {
  addDevice,
  advance,
  createWorld,
  deviceOf,
  must,
  restart,
  run,
  setOnline,
  settle,
} from "../../testing/world.ts";
import type { World } from "../../testing/world.ts";
import type { Command } from "../../views/command.ts";

const DAY = 86_400_000;

const WHEN = {
  local: "2026-11-26T18:00",
  zone: "Asia/Beirut",
  instant: Date.UTC(2026, 10, 26, 16),
};

function last(world: World, name: string, circle: string) {
  return timeline(world, name, circle).items.at(-1);
}

function tell(world: World, name: string, command: Command): string {
  const value = must(world, name, command);
  if (value.kind !== "item") throw new Error("it was said");
  settle(world);
  return value.id;
}

function notice(world: World, circle: string): string {
  return tell(world, "alice", {
    command: "post-notice",
    circle,
    title: "Assembly",
    place: "",
    agenda: "",
    when: WHEN,
  });
}

function isOnDisk(world: World, name: string, text: string): boolean {
  return [...deviceOf(world, name).disk.values()].some((bytes) =>
    Buffer.from(bytes).includes(text),
  );
}

describe("what is said to stewards alone", () => {
  it("[CT-90] is read by stewards and its author, and seen to be there by all", () => {
    const world = createWorld("sealed", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    const id = tell(world, "bob", {
      command: "tell-stewards",
      circle,
      text: "I worry about Friday.",
    });
    for (const name of ["alice", "bob"]) {
      expect(last(world, name, circle)).toMatchObject({
        id,
        item: "message",
        text: "I worry about Friday.",
        privacy: "stewards",
        sealed: { inside: { kind: "text" } },
      });
      restart(world, name);
      expect(last(world, name, circle)).toMatchObject({
        text: "I worry about Friday.",
      });
    }
    expect(last(world, "carol", circle)).toMatchObject({
      id,
      text: "",
      privacy: "stewards",
      sealed: {},
      author: { name: "bob" },
    });
    expect(last(world, "carol", circle)).not.toHaveProperty("sealed.inside");
    expect(isOnDisk(world, "carol", "worry")).toBe(false);
    expect(isOnDisk(world, "alice", "worry")).toBe(true);
  });

  it("[VW-30] reports an item, answers a notice and holds a place back, which a steward releases", () => {
    const world = createWorld("report", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    say(world, "carol", { circle, text: "the police knows" });
    const target = last(world, "bob", circle)!.id;
    tell(world, "bob", {
      command: "report",
      circle,
      target,
      reason: "danger",
      text: "",
    });
    expect(last(world, "alice", circle)).toMatchObject({
      text: "",
      sealed: { inside: { kind: "report", target, reason: "danger" } },
    });
    expect(last(world, "carol", circle)).not.toHaveProperty("sealed.inside");
    const meeting = notice(world, circle);
    tell(world, "carol", {
      command: "rsvp-privately",
      circle,
      notice: meeting,
      answer: "yes",
    });
    expect(last(world, "alice", circle)).toMatchObject({
      sealed: { inside: { kind: "rsvp", notice: meeting, answer: "yes" } },
    });
    expect(last(world, "bob", circle)).not.toHaveProperty("sealed.inside");
    const seen = timeline(world, "bob", circle).items.find(
      ({ id }) => id === meeting,
    );
    expect(seen).toMatchObject({ answers: { yes: [] } });
    tell(world, "bob", {
      command: "hold-back-place",
      circle,
      notice: meeting,
      place: "The old mill",
    });
    const held = last(world, "alice", circle);
    expect(held).toMatchObject({
      text: "The old mill",
      sealed: { inside: { kind: "place", place: "The old mill" } },
    });
    must(world, "alice", {
      command: "update-notice",
      circle,
      target: meeting,
      meeting: "planned",
      place: "The old mill",
    });
    settle(world);
    expect(
      timeline(world, "carol", circle).items.find(({ id }) => id === meeting),
    ).toMatchObject({ place: "The old mill" });
  });

  it("[VW-30] says why it is refused", () => {
    const world = createWorld("not sealed", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const fault = (command: Command) => {
      const reply = run(world, "bob", command);
      return reply?.ok === false ? reply.error : "granted";
    };
    const nothing = "A".repeat(22);
    expect(fault({ command: "tell-stewards", circle, text: " " })).toBe(
      "bad-text",
    );
    expect(
      fault({ command: "tell-stewards", circle, text: "x".repeat(16_380) }),
    ).toBe("bad-text");
    expect(
      fault({
        command: "report",
        circle,
        target: nothing,
        reason: "spam",
        text: "",
      }),
    ).toBe("unknown-item");
    expect(
      fault({ command: "rsvp-privately", circle, notice: "?", answer: "no" }),
    ).toBe("unknown-item");
    say(world, "alice", { circle, text: "x" });
    const target = last(world, "bob", circle)!.id;
    expect(
      fault({
        command: "hold-back-place",
        circle,
        notice: target,
        place: "here",
      }),
    ).toBe("unknown-item");
    expect(
      fault({
        command: "report",
        circle,
        target,
        reason: "spam",
        text: "\u202e",
      }),
    ).toBe("bad-text");
  });

  it("[CT-91] is sealed for the stewards of the moment in which it leaves", () => {
    const world = createWorld("sealed later", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    setOnline(world, "bob", false);
    const id = tell(world, "bob", {
      command: "tell-stewards",
      circle,
      text: "for whoever is a steward",
    });
    makeSteward(world, { by: "alice", circle, name: "carol" });
    must(world, "carol", {
      command: "demote",
      circle,
      member: memberKey(world, { by: "carol", circle, name: "alice" }),
    });
    advance(world, 60_000);
    setOnline(world, "bob", true);
    expect(last(world, "carol", circle)).toMatchObject({
      id,
      text: "for whoever is a steward",
    });
    expect(last(world, "alice", circle)).toMatchObject({ id, text: "" });
    expect(last(world, "bob", circle)).toMatchObject({
      id,
      text: "for whoever is a steward",
    });
  });

  it("[CT-93] is not edited, and disappears as messages do", () => {
    const world = createWorld("sealed and gone", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    must(world, "alice", {
      command: "change-settings",
      circle,
      disappearing: 60,
    });
    settle(world);
    const id = tell(world, "bob", {
      command: "tell-stewards",
      circle,
      text: "quietly",
    });
    expect(
      run(world, "bob", {
        command: "edit",
        circle,
        target: id,
        text: "loudly",
      }),
    ).toMatchObject({ ok: false });
    advance(world, 61 * 60_000);
    for (const name of ["alice", "bob"]) {
      expect(last(world, name, circle)).toMatchObject({
        item: "gone",
        cause: "expired",
      });
      expect(isOnDisk(world, name, "quietly")).toBe(false);
    }
  });

  it("[CT-95] is told apart from what only interfaces hide", () => {
    const world = createWorld("labels", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    must(world, "alice", {
      command: "post-poll",
      circle,
      question: "When?",
      options: ["a", "b"],
      ballot: "single",
      hideNames: true,
    });
    settle(world);
    expect(last(world, "bob", circle)).toMatchObject({
      item: "poll",
      privacy: "names-hidden",
    });
    must(world, "alice", {
      command: "post-notice",
      circle,
      title: "x",
      place: "",
      agenda: "",
      when: WHEN,
      hideNames: true,
    });
    settle(world);
    expect(last(world, "bob", circle)).toMatchObject({
      item: "notice",
      privacy: "names-hidden",
    });
    say(world, "alice", { circle, text: "x" });
    expect(last(world, "bob", circle)).not.toHaveProperty("privacy");
  });

  it("[CT-90] is not passed on to newcomers with what is pinned", () => {
    const world = createWorld("sealed and pinned", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const target = tell(world, "bob", {
      command: "tell-stewards",
      circle,
      text: "I worry",
    });
    must(world, "alice", { command: "pin", circle, target, pinned: true });
    const open = notice(world, circle);
    addDevice(world, "carol");
    must(world, "carol", { command: "set-profile", name: "carol" });
    ask(world, "carol", invite(world, "alice", { circle }));
    approveAll(world, "alice", circle);
    advance(world, 30 * 60_000);
    const { items } = timeline(world, "carol", circle);
    expect(items.some(({ item }) => item === "notice")).toBe(true);
    expect(JSON.stringify(items)).not.toContain("worry");
    expect(open).not.toBe("");
  });

  it("[CT-96] is still opened with the key that a device had before it was let in again", () => {
    const world = createWorld("sealed before", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const keyOf = () => recordAt(world, "bob", circle).circle!.sealingKeys;
    const [before] = keyOf();
    setOnline(world, "bob", false);
    spoilPath(world, "bob", circle);
    invite(world, "alice", { circle });
    setOnline(world, "bob", true);
    const [now, kept] = keyOf();
    expect(kept).toEqual({ ...before, replacedAt: kept?.replacedAt });
    expect(now).not.toEqual(before);
    restart(world, "bob");
    expect(keyOf()).toEqual([now, kept]);
  });

  it("[CI-193] is opened so for 30 days and no longer, also over a start", () => {
    const world = createWorld("sealed long ago", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const count = () =>
      recordAt(world, "bob", circle).circle!.sealingKeys.length;
    setOnline(world, "bob", false);
    spoilPath(world, "bob", circle);
    invite(world, "alice", { circle });
    setOnline(world, "bob", true);
    expect(count()).toBe(2);
    for (const name of ["alice", "bob"]) setOnline(world, name, false);
    world.now += 29 * DAY;
    restart(world, "bob");
    expect(count()).toBe(2);
    world.now += 2 * DAY;
    restart(world, "bob");
    settle(world);
    expect(count()).toBe(1);
  });
});
