/** Linking a further device of a person: the way it goes, what is granted when, and what the device can do then. */
import { describe, expect, it } from "vitest";
import {
  confirm,
  devicesOf,
  linkingOf,
  linkTo,
  offerLink,
  startLink,
} from "../testing/link-story.ts";
import {
  approveAll,
  ask,
  circleView,
  found,
  gather,
  invite,
  memberNames,
  say,
  standing,
  texts,
  timeline,
} from "../testing/story.ts";
import {
  addDevice,
  advance,
  createWorld,
  deviceOf,
  look,
  must,
  restart,
  run,
  setOnline,
  settle,
} from "../testing/world.ts";

describe("linking a device", () => {
  it("[LK-1] [LK-10] [LK-13] shows the same six digits on both devices", () => {
    const world = createWorld("digits", "alice", "phone");
    found(world, "alice");
    offerLink(world, "alice", "phone");
    const [one, other] = ["alice", "phone"].map((n) => linkingOf(world, n));
    expect(one).toMatchObject({ role: "existing", state: "comparing" });
    expect(other).toMatchObject({ role: "new", state: "comparing" });
    expect(one?.code).toMatch(/^[0-9]{6}$/);
    expect(one?.code).toBe(other?.code);
  });

  it("[LK-20] [LK-23] [LK-30] [LK-31] takes the device into every circle, a steward's and another member's", () => {
    const world = createWorld("link", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const founded = must(world, "bob", {
      command: "found-circle",
      name: "Bees",
      memberName: "bob",
    });
    if (founded.kind !== "circle") throw new Error();
    settle(world);
    addDevice(world, "phone");
    settle(world);
    linkTo(world, "bob", "phone");
    expect(linkingOf(world, "bob")).toMatchObject({
      state: "done",
      circles: 2,
    });
    expect(linkingOf(world, "phone")).toMatchObject({
      state: "done",
      circles: 2,
    });
    for (const id of [circle, founded.circle])
      expect(standing(world, "phone", id)).toBe("member");
    expect(look(world, "phone", { query: "app" }).profile?.name).toBe("bob");
    for (const by of ["alice", "bob", "phone"]) {
      expect(devicesOf(world, { by, circle, name: "bob" })).toEqual([0, 1]);
      expect(memberNames(world, by, circle)).toEqual(["alice", "bob"]);
    }
    say(world, "phone", { circle, text: "from the phone" });
    say(world, "bob", { circle, text: "from the desk" });
    for (const by of ["alice", "bob", "phone"])
      expect(texts(world, by, circle).slice(-2)).toEqual([
        "from the phone",
        "from the desk",
      ]);
  });

  it("[LK-34] shows what the person said on another device as the person's own, and nobody as having come", () => {
    const world = createWorld("own", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    addDevice(world, "phone");
    settle(world);
    const before = timeline(world, "alice", circle).items.length;
    linkTo(world, "bob", "phone");
    expect(timeline(world, "alice", circle).items.length).toBe(before);
    say(world, "bob", { circle, text: "mine" });
    expect(timeline(world, "phone", circle).items.at(-1)).toMatchObject({
      item: "message",
      text: "mine",
      author: { own: true },
    });
    expect(circleView(world, "phone", circle).summary.unread).toBe(0);
  });

  it("[LK-17] grants nothing before the person of the existing device has confirmed", () => {
    const world = createWorld("unconfirmed", "alice", "phone");
    const circle = found(world, "alice");
    offerLink(world, "alice", "phone");
    confirm(world, "phone");
    advance(world, 60_000);
    expect(linkingOf(world, "phone")?.state).toBe("confirmed");
    expect(standing(world, "phone", circle)).toBe("nowhere");
    expect(devicesOf(world, { by: "alice", circle, name: "alice" })).toEqual([
      0,
    ]);
    confirm(world, "alice");
    expect(standing(world, "phone", circle)).toBe("member");
  });

  it("[LK-17] takes nothing on the new device before its own person has confirmed", () => {
    const world = createWorld("not yet", "alice", "phone");
    const circle = found(world, "alice");
    offerLink(world, "alice", "phone");
    confirm(world, "alice");
    advance(world, 60_000);
    expect(linkingOf(world, "alice")?.state).toBe("confirmed");
    expect(standing(world, "phone", circle)).toBe("nowhere");
    confirm(world, "phone");
    expect(standing(world, "phone", circle)).toBe("member");
  });

  it("[LK-16] ends for both when one cancels, and can be begun again", () => {
    const world = createWorld("cancel", "alice", "phone");
    const circle = found(world, "alice");
    offerLink(world, "alice", "phone");
    confirm(world, "phone");
    must(world, "alice", { command: "cancel-linking" });
    settle(world);
    for (const name of ["alice", "phone"])
      expect(linkingOf(world, name)?.state).toBe("cancelled");
    expect(run(world, "alice", { command: "confirm-linking" })).toEqual({
      ok: false,
      error: "nothing-to-do",
    });
    linkTo(world, "alice", "phone");
    expect(standing(world, "phone", circle)).toBe("member");
    must(world, "alice", { command: "cancel-linking" });
    expect(linkingOf(world, "alice")).toBeUndefined();
  });

  it("[LK-16] ends after ten minutes when nobody confirms", () => {
    const world = createWorld("expire", "alice", "phone");
    found(world, "alice");
    offerLink(world, "alice", "phone");
    advance(world, 11 * 60_000);
    for (const name of ["alice", "phone"])
      expect(linkingOf(world, name)?.state).toBe("expired");
  });

  it("[LK-2] offers nothing to a link whose time is over, or that is none", () => {
    const world = createWorld("old link", "alice", "phone");
    found(world, "alice");
    const link = startLink(world, "phone");
    expect(
      run(world, "alice", { command: "link-device", link: "l1.AAAA" }),
    ).toEqual({ ok: false, error: "bad-link" });
    advance(world, 11 * 60_000);
    expect(run(world, "alice", { command: "link-device", link })).toEqual({
      ok: false,
      error: "expired-link",
    });
  });

  it("[LK-40] links no device from one that was linked itself, for circles that it only has a certificate for", () => {
    const world = createWorld("chain", "alice", "phone", "watch");
    const circle = found(world, "alice");
    linkTo(world, "alice", "phone");
    expect(circleView(world, "phone", circle).summary.linked).toBe(true);
    expect(circleView(world, "alice", circle).summary.linked).toBe(false);
    const link = startLink(world, "watch");
    expect(run(world, "phone", { command: "link-device", link })).toEqual({
      ok: false,
      error: "nothing-to-link",
    });
  });

  it("[LK-24] gives every device of a person a number of its own, five at most", () => {
    const names = ["two", "three", "four", "five", "six"];
    const world = createWorld("five", "alice", ...names);
    const circle = found(world, "alice");
    for (const name of names.slice(0, 4)) linkTo(world, "alice", name);
    expect(devicesOf(world, { by: "five", circle, name: "alice" })).toEqual([
      0, 1, 2, 3, 4,
    ]);
    const link = startLink(world, "six");
    expect(run(world, "alice", { command: "link-device", link })).toEqual({
      ok: false,
      error: "nothing-to-link",
    });
  });

  it("[LK-30] waits for a circle whose log is not read to its end, and goes on", () => {
    const world = createWorld("offline", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    addDevice(world, "phone");
    settle(world);
    offerLink(world, "bob", "phone");
    confirm(world, "phone");
    setOnline(world, "bob", false);
    must(world, "bob", { command: "confirm-linking" });
    for (let n = 0; n < 3; n++)
      must(world, "alice", {
        command: "rename-circle",
        circle,
        name: `n ${n}`,
      });
    settle(world);
    restart(world, "phone");
    setOnline(world, "bob", true);
    advance(world, 60_000);
    expect(standing(world, "phone", circle)).toBe("member");
    expect(circleView(world, "phone", circle).summary.name).toBe("n 2");
  });

  it("[LK-16] survives a restart of both at every point", () => {
    const world = createWorld("restart", "alice", "phone");
    const circle = found(world, "alice");
    const both = (): void => {
      for (const name of ["alice", "phone"]) restart(world, name);
      advance(world, 5_000);
    };
    offerLink(world, "alice", "phone");
    both();
    const code = linkingOf(world, "phone")?.code;
    expect(code).toBe(linkingOf(world, "alice")?.code);
    confirm(world, "alice");
    both();
    confirm(world, "phone");
    both();
    expect(standing(world, "phone", circle)).toBe("member");
    expect(
      deviceOf(world, "phone").disk.has("circle/" + circle + "/commit"),
    ).toBe(true);
  });

  it("[LK-33] gives a steward's further device the invites that are there", () => {
    const world = createWorld("invites", "alice", "phone", "bob");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    linkTo(world, "alice", "phone");
    expect(circleView(world, "phone", circle).invites).toHaveLength(1);
    setOnline(world, "alice", false);
    must(world, "bob", { command: "set-profile", name: "bob" });
    ask(world, "bob", link);
    approveAll(world, "phone", circle);
    advance(world, 60_000);
    expect(memberNames(world, "phone", circle)).toEqual(["alice", "bob"]);
  });

  it("[LK-20] [LK-23] goes through more circles than one message holds, and leaves out those that were closed", () => {
    const world = createWorld("many", "alice", "phone");
    const circles = Array.from({ length: 18 }, () => found(world, "alice"));
    const [closed = "", ...open] = circles;
    must(world, "alice", { command: "close-circle", circle: closed });
    advance(world, 10_000);
    linkTo(world, "alice", "phone");
    advance(world, 60_000);
    expect(linkingOf(world, "phone")).toMatchObject({
      state: "done",
      circles: 17,
    });
    expect(standing(world, "phone", closed)).toBe("nowhere");
    for (const circle of open)
      expect(standing(world, "phone", circle)).toBe("member");
  }, 30_000);

  it("[LK-20] takes a device into a circle of two", () => {
    const world = createWorld("two people", "alice", "bob");
    for (const name of ["alice", "bob"])
      must(world, name, { command: "set-profile", name });
    const founded = must(world, "alice", {
      command: "found-circle",
      name: "We",
      kind: "direct",
      memberName: "alice",
    });
    if (founded.kind !== "circle") throw new Error();
    const { circle } = founded;
    settle(world);
    const link = invite(world, "alice", { circle, maxUses: 1 });
    ask(world, "bob", link);
    approveAll(world, "alice", circle);
    addDevice(world, "phone");
    settle(world);
    linkTo(world, "bob", "phone");
    expect(standing(world, "phone", circle)).toBe("member");
    say(world, "phone", { circle, text: "just us" });
    expect(texts(world, "alice", circle)).toEqual(["just us"]);
  });

  it("[LK-20] leaves a circle alone that the new device is in, or asked for by an invite", () => {
    const world = createWorld("there", "alice", "phone");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    ask(world, "phone", link);
    linkTo(world, "alice", "phone");
    expect(linkingOf(world, "phone")).toMatchObject({
      state: "done",
      circles: 0,
    });
    expect(standing(world, "phone", circle)).toBe("waiting");
    approveAll(world, "alice", circle);
    expect(circleView(world, "phone", circle).summary.linked).toBe(false);
  });

  it("[VW-40] shows nothing of a session's keys", () => {
    const world = createWorld("view", "alice", "phone");
    found(world, "alice");
    offerLink(world, "alice", "phone");
    expect(Object.keys(linkingOf(world, "phone") ?? {}).toSorted()).toEqual([
      "circles",
      "code",
      "role",
      "state",
    ]);
  });
});
