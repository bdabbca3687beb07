/** The devices of a person: taking one out, and a linked one that lost step. */
import { describe, expect, it } from "vitest";
import {
  confirm,
  devicesOf,
  linkingOf,
  linkTo,
  offerLink,
} from "../testing/link-story.ts";
import {
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
} from "../testing/story.ts";
import { copyDevice, recordAt, spoilPath } from "../testing/trouble.ts";
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
} from "../testing/world.ts";
import type { World } from "../testing/world.ts";

const WAIT = 120_000;

/** Alice, a steward, and Bob with a phone. */
function withPhone(seed: string): {
  readonly world: World;
  readonly circle: string;
} {
  const world = createWorld(seed, "alice", "bob");
  const circle = gather(world, "alice", "bob");
  addDevice(world, "phone");
  settle(world);
  linkTo(world, "bob", "phone");
  return { world, circle };
}

describe("taking a device out", () => {
  it("[LK-50] [LK-51] [LK-52] is asked for by another device of a member, and done by a steward", () => {
    const { world, circle } = withPhone("sibling");
    setOnline(world, "phone", false);
    must(world, "bob", { command: "remove-device", circle, device: 1 });
    advance(world, WAIT);
    expect(devicesOf(world, { by: "alice", circle, name: "bob" })).toEqual([0]);
    expect(circleView(world, "bob", circle).pending).toEqual([]);
    expect(recordAt(world, "alice", circle).circle?.info.addressNumber).toBe(1);
    say(world, "bob", { circle, text: "without the phone" });
    setOnline(world, "phone", true);
    expect(standing(world, "phone", circle)).toBe("removed");
    expect(texts(world, "phone", circle)).toEqual([]);
    expect(texts(world, "alice", circle)).toEqual(["without the phone"]);
    const changes = timeline(world, "alice", circle).items.filter(
      ({ item }) => item === "change",
    );
    expect(changes).toHaveLength(2);
  });

  it("[LK-51] is done by a steward's own device at once, and ends what the other one knew of invites", () => {
    const world = createWorld("steward", "alice", "phone", "carol");
    const circle = found(world, "alice");
    linkTo(world, "alice", "phone");
    invite(world, "alice", { circle });
    expect(circleView(world, "phone", circle).invites).toHaveLength(1);
    must(world, "alice", { command: "remove-device", device: 1 });
    advance(world, WAIT);
    expect(standing(world, "phone", circle)).toBe("removed");
    expect(circleView(world, "alice", circle).invites).toEqual([]);
    expect(devicesOf(world, { by: "alice", circle, name: "alice" })).toEqual([
      0,
    ]);
  });

  it("[LK-50] a steward takes a device of another member out, and the member stays", () => {
    const { world, circle } = withPhone("by a steward");
    const member = memberKey(world, { by: "alice", circle, name: "bob" });
    must(world, "alice", {
      command: "remove-device",
      circle,
      member,
      device: 0,
    });
    advance(world, WAIT);
    expect(standing(world, "bob", circle)).toBe("removed");
    say(world, "phone", { circle, text: "still here" });
    expect(texts(world, "alice", circle)).toEqual(["still here"]);
    expect(memberNames(world, "alice", circle)).toEqual(["alice", "bob"]);
  });

  it("[LK-50] is refused for this very device, for one that is none, and to who is no steward", () => {
    const { world, circle } = withPhone("refused");
    const remove = { command: "remove-device", circle } as const;
    const fault = (error: string) => ({ ok: false, error });
    expect(run(world, "bob", { ...remove, device: 0 })).toEqual(
      fault("unknown-device"),
    );
    expect(run(world, "bob", { ...remove, device: 7 })).toEqual(
      fault("unknown-device"),
    );
    expect(run(world, "bob", { command: "remove-device", device: 7 })).toEqual(
      fault("unknown-device"),
    );
    const member = memberKey(world, { by: "bob", circle, name: "alice" });
    expect(run(world, "bob", { ...remove, member, device: 0 })).toEqual(
      fault("not-a-steward"),
    );
  });

  it("[LK-53] a member who leaves goes with all devices", () => {
    const { world, circle } = withPhone("leave");
    must(world, "phone", { command: "leave-circle", circle });
    advance(world, WAIT);
    for (const name of ["bob", "phone"])
      expect(standing(world, name, circle)).toBe("removed");
    expect(memberNames(world, "alice", circle)).toEqual(["alice"]);
  });

  it("[LK-53] a member who is removed goes with all devices", () => {
    const { world, circle } = withPhone("removed");
    const member = memberKey(world, { by: "alice", circle, name: "bob" });
    must(world, "alice", { command: "remove-member", circle, member });
    advance(world, WAIT);
    for (const name of ["bob", "phone"])
      expect(standing(world, name, circle)).toBe("removed");
  });

  it("[LK-54] takes a lost device out of every circle", () => {
    const world = createWorld("everywhere", "alice", "phone");
    const circles = [found(world, "alice"), found(world, "alice")];
    linkTo(world, "alice", "phone");
    for (const circle of circles)
      expect(standing(world, "phone", circle)).toBe("member");
    must(world, "alice", { command: "remove-device", device: 1 });
    advance(world, WAIT);
    for (const circle of circles)
      expect(standing(world, "phone", circle)).toBe("removed");
  });

  it("[LK-51] asks anew when the epoch ends before a steward took it up, also after a restart", () => {
    const { world, circle } = withPhone("epochs");
    setOnline(world, "alice", false);
    must(world, "bob", { command: "remove-device", circle, device: 1 });
    advance(world, 1_000);
    restart(world, "bob");
    setOnline(world, "alice", true);
    advance(world, WAIT);
    expect(devicesOf(world, { by: "alice", circle, name: "bob" })).toEqual([0]);
  });

  it("[LK-24] a device that is linked anew after its removal gets a number of its own", () => {
    const { world, circle } = withPhone("again");
    must(world, "bob", { command: "remove-device", circle, device: 1 });
    advance(world, WAIT);
    expect(standing(world, "phone", circle)).toBe("removed");
    linkTo(world, "bob", "phone");
    expect(standing(world, "phone", circle)).toBe("member");
    say(world, "phone", { circle, text: "back" });
    expect(texts(world, "alice", circle)).toEqual(["back"]);
  });
});

describe("a linked device out of step", () => {
  it("[LK-41] is let in again under its signature key and certificate", () => {
    const { world, circle } = withPhone("repair");
    const before = recordAt(world, "phone", circle).circle?.mls.own;
    setOnline(world, "phone", false);
    must(world, "phone", { command: "send", circle, text: "waits" });
    spoilPath(world, "phone", circle);
    invite(world, "alice", { circle });
    setOnline(world, "phone", true);
    advance(world, WAIT);
    expect(standing(world, "phone", circle)).toBe("member");
    expect(devicesOf(world, { by: "alice", circle, name: "bob" })).toEqual([
      0, 1,
    ]);
    const after = recordAt(world, "phone", circle).circle?.mls.own;
    expect(after?.signatureSeed).toEqual(before?.signatureSeed);
    expect(texts(world, "alice", circle)).toEqual(["waits"]);
    expect(circleView(world, "phone", circle).summary.linked).toBe(true);
  });

  it("[LK-42] asks for nothing while somebody has a copy of it, and is linked anew", () => {
    const world = createWorld("copy", "alice", "phone");
    const circle = found(world, "alice");
    linkTo(world, "alice", "phone");
    copyDevice(world, "phone", "thief");
    invite(world, "thief", { circle });
    expect(standing(world, "phone", circle)).toBe("halted");
    advance(world, WAIT);
    expect(circleView(world, "phone", circle).summary.repair?.asked).toBe(0);
    for (const command of ["repair", "rebuild"] as const)
      expect(run(world, "phone", { command, circle })).toEqual({
        ok: false,
        error: "link-anew",
      });
    must(world, "alice", { command: "remove-device", device: 1 });
    advance(world, WAIT);
    expect(standing(world, "thief", circle)).toBe("removed");
    linkTo(world, "alice", "phone");
    expect(standing(world, "phone", circle)).toBe("member");
    say(world, "alice", { circle, text: "between us" });
    expect(texts(world, "phone", circle)).toEqual(["between us"]);
    expect(texts(world, "thief", circle)).toEqual([]);
  });

  it("[LK-41] builds a circle anew as a steward's", () => {
    const world = createWorld("rebuild", "alice", "phone");
    const circle = found(world, "alice");
    linkTo(world, "alice", "phone");
    spoilPath(world, "phone", circle);
    invite(world, "alice", { circle });
    expect(standing(world, "phone", circle)).toBe("halted");
    setOnline(world, "alice", false);
    must(world, "phone", { command: "rebuild", circle });
    advance(world, 1_000);
    expect(standing(world, "phone", circle)).toBe("member");
    expect(devicesOf(world, { by: "phone", circle, name: "alice" })).toEqual([
      1,
    ]);
  });
});

describe("a history from another device", () => {
  it("[LK-60] stays where the device comes in", () => {
    const { world, circle } = withPhone("history");
    say(world, "alice", { circle, text: "one" });
    must(world, "bob", { command: "remove-device", circle, device: 1 });
    advance(world, WAIT);
    say(world, "alice", { circle, text: "missed" });
    offerLink(world, "bob", "phone");
    confirm(world, "bob");
    confirm(world, "phone");
    expect(linkingOf(world, "phone")?.state).toBe("done");
    say(world, "alice", { circle, text: "two" });
    expect(texts(world, "phone", circle)).toEqual(["one", "two"]);
    expect(deviceOf(world, "phone").isRunning).toBe(true);
  });
});
