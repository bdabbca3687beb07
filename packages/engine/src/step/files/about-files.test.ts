import { describe, expect, it } from "vitest";
import {
  approveAll,
  ask,
  circleView,
  gather,
  invite,
} from "../../testing/story.ts";
import { recordAt } from "../../testing/trouble.ts";
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
  skip,
} from "../../testing/world.ts";
import type { World } from "../../testing/world.ts";

const WEEK = 7 * 86_400_000;
const picture = Uint8Array.from({ length: 40_000 }, (_, i) => (i * 7) & 255);

function pictureOf(world: World, name: string, circle: string) {
  return run(world, name, { command: "open-picture", circle });
}

function blobsMade(world: World): number {
  return world.relay.history.filter(({ t }) => t === "create-blob").length;
}

describe("the picture and the charter of a circle", () => {
  it("[FI-30] [FI-31] go to the relay first, then into the circle, and are fetched by all, whoever comes later too", () => {
    const world = createWorld("picture", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    must(world, "alice", { command: "set-picture", circle, bytes: picture });
    must(world, "alice", {
      command: "set-charter",
      circle,
      text: " We decide together. ",
    });
    advance(world, 5_000);
    for (const name of ["alice", "bob"]) {
      expect(pictureOf(world, name, circle)).toEqual({
        ok: true,
        value: { kind: "file", bytes: picture },
      });
      expect(must(world, name, { command: "open-charter", circle })).toEqual({
        kind: "text",
        text: "We decide together.",
      });
      expect(circleView(world, name, circle)).toMatchObject({
        hasPicture: true,
        hasCharter: true,
        pending: [],
      });
      expect(look(world, name, { query: "files", circle }).files).toMatchObject(
        [
          { about: "picture", state: "here" },
          { about: "charter", state: "here" },
        ],
      );
    }
    addDevice(world, "carol");
    must(world, "carol", { command: "set-profile", name: "carol" });
    ask(world, "carol", invite(world, "alice", { circle }));
    approveAll(world, "alice", circle);
    advance(world, 5_000);
    expect(pictureOf(world, "carol", circle)).toMatchObject({ ok: true });
  });

  it("[FI-31] go when another takes their place or they are taken away", () => {
    const world = createWorld("other picture", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    must(world, "alice", { command: "set-picture", circle, bytes: picture });
    advance(world, 5_000);
    const other = picture.toReversed();
    must(world, "alice", { command: "set-picture", circle, bytes: other });
    advance(world, 5_000);
    expect(pictureOf(world, "bob", circle)).toEqual({
      ok: true,
      value: { kind: "file", bytes: other },
    });
    for (const name of ["alice", "bob"])
      expect(look(world, name, { query: "files", circle }).files).toHaveLength(
        1,
      );
    must(world, "alice", { command: "remove-picture", circle });
    advance(world, 5_000);
    for (const name of ["alice", "bob"]) {
      expect(look(world, name, { query: "files", circle }).files).toEqual([]);
      expect(pictureOf(world, name, circle)).toEqual({
        ok: false,
        error: "not-here",
      });
    }
  });

  it("[FI-32] are put to the relay again by stewards each week, over restarts", () => {
    const world = createWorld("again", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    must(world, "alice", { command: "set-picture", circle, bytes: picture });
    advance(world, 60_000);
    const before = blobsMade(world);
    skip(world, 3 * 86_400_000);
    expect(blobsMade(world)).toBe(before);
    skip(world, 5 * 86_400_000);
    expect(blobsMade(world)).toBe(before + 1);
    skip(world, WEEK + 60_000);
    expect(blobsMade(world)).toBe(before + 2);
  });

  it("[FI-30] are a steward's to set, within their bounds, and wait until the relay has them", () => {
    const world = createWorld("who sets", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const fault = (name: string, command: Parameters<typeof run>[2]) => {
      const reply = run(world, name, command);
      return reply?.ok === false ? reply.error : "granted";
    };
    expect(
      fault("bob", { command: "set-picture", circle, bytes: picture }),
    ).toBe("not-a-steward");
    expect(
      fault("alice", {
        command: "set-picture",
        circle,
        bytes: new Uint8Array(),
      }),
    ).toBe("bad-file");
    expect(
      fault("alice", {
        command: "set-picture",
        circle,
        bytes: new Uint8Array(1_044_436),
      }),
    ).toBe("bad-file");
    expect(fault("alice", { command: "set-charter", circle, text: " " })).toBe(
      "bad-text",
    );
    setOnline(world, "alice", false);
    expect(
      fault("alice", { command: "set-picture", circle, bytes: picture }),
    ).toBe("granted");
    expect(
      fault("alice", {
        command: "set-picture",
        circle,
        bytes: picture.toReversed(),
      }),
    ).toBe("granted");
    restart(world, "alice");
    expect(circleView(world, "alice", circle)).toMatchObject({
      hasPicture: false,
    });
    setOnline(world, "alice", true);
    settle(world);
    expect(pictureOf(world, "bob", circle)).toEqual({
      ok: true,
      value: { kind: "file", bytes: picture.toReversed() },
    });
  });

  it("[FI-33] are damaged where a charter is no text", () => {
    const world = createWorld("no charter", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    must(world, "alice", {
      command: "set-picture",
      circle,
      bytes: Uint8Array.of(0x68, 0x69, 0xff),
    });
    advance(world, 5_000);
    const alice = deviceOf(world, "alice");
    const { durable } = alice.state;
    const record = recordAt(world, "alice", circle);
    const wish = {
      act: { act: "charter", blob: record.circle?.info.picture },
      plans: 0,
    } as const;
    const intents = [
      wish,
      { act: { act: "picture", blob: undefined }, plans: 0 } as const,
    ];
    const circles = new Map(durable.circles).set(circle, {
      ...record,
      intents,
    });
    alice.state = { ...alice.state, durable: { ...durable, circles } };
    advance(world, 60_000);
    must(world, "alice", { command: "rename-circle", circle, name: "Roses" });
    advance(world, 60_000);
    restart(world, "bob");
    advance(world, 5_000);
    expect(circleView(world, "bob", circle)).toMatchObject({
      hasPicture: false,
      hasCharter: true,
    });
    expect(run(world, "bob", { command: "open-charter", circle })).toEqual({
      ok: false,
      error: "damaged-file",
    });
  });
});
