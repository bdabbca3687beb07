/** The relays of a circle in a world of engines: mirrors, moves with and without the relay that orders. */
import * as mls from "@halqa/mls";
import { createSeededRandom } from "@halqa/testkit";
import { describe, expect, it } from "vitest";
import {
  addMirror,
  approve,
  MINUTE,
  moveTo,
  places,
  promote,
  relayOf,
  urls,
} from "../../testing/relay-story.ts";
import {
  approveAll,
  ask,
  circleView,
  gather,
  invite,
  memberKey,
  memberNames,
  say,
  standing,
  texts,
} from "../../testing/story.ts";
import { recordAt } from "../../testing/trouble.ts";
import {
  addDevice,
  addRelay,
  advance,
  createWorld,
  must,
  restart,
  run,
  setDead,
  setOnline,
} from "../../testing/world.ts";
import { contradict } from "../../testing/trouble.ts";
import { takeMove } from "./moves.ts";

const env = {
  mls,
  random: createSeededRandom("stale").bytes,
  defaultRelay: undefined,
};

describe("records", () => {
  it("[MV-14] [VW-60] are added and taken out by a steward, and shown with their state", () => {
    const world = createWorld("relay-records", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const mirror = addMirror(world, { by: "alice", circle });
    expect(urls(world, "bob", circle)).toEqual([world.relay.url, mirror.url]);
    const [first, second] = circleView(world, "bob", circle).relays;
    expect(first).toMatchObject({ role: "orders", state: "online" });
    expect(second).toMatchObject({ role: "mirror", state: "online" });
    const { relayPub } = relayOf(mirror);
    expect(
      run(world, "bob", { command: "remove-relay", circle, relayPub }),
    ).toEqual({ ok: false, error: "not-a-steward" });
    must(world, "alice", { command: "remove-relay", circle, relayPub });
    advance(world, MINUTE);
    expect(urls(world, "bob", circle)).toEqual([world.relay.url]);
    expect(
      run(world, "alice", {
        command: "remove-relay",
        circle,
        ...relayOf(world.relay),
      }),
    ).toEqual({ ok: false, error: "last-relay" });
  });

  it("[MV-3] [MV-15] lead to another relay by a steward's commit, inboxes included, and the old one can go", () => {
    const world = createWorld("relay-commit-move", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    say(world, "bob", { circle, text: "here" });
    const other = addRelay(world, "other");
    must(world, "alice", {
      command: "propose-move",
      circle,
      ...relayOf(other),
    });
    advance(world, MINUTE);
    expect(urls(world, "bob", circle)).toEqual([other.url, world.relay.url]);
    must(world, "alice", {
      command: "remove-relay",
      circle,
      ...relayOf(world.relay),
    });
    advance(world, 5 * MINUTE);
    setDead(world, world.relay.url, true);
    say(world, "bob", { circle, text: "there" });
    expect(texts(world, "alice", circle)).toEqual(["here", "there"]);
    expect(recordAt(world, "bob", circle).desk.inbox.relay.url).toBe(other.url);
    addDevice(world, "carol");
    must(world, "carol", { command: "set-profile", name: "carol" });
    const link = invite(world, "alice", { circle });
    ask(world, "carol", link);
    approveAll(world, "alice", circle);
    say(world, "carol", { circle, text: "came later" });
    expect(texts(world, "bob", circle)).toEqual([
      "here",
      "there",
      "came later",
    ]);
  });
});

describe("a move that a steward wants while offline", () => {
  it("[MV-14] waits for the relay that orders, and leaves nobody behind", () => {
    const world = createWorld("relay-offline-steward", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const other = addRelay(world, "other");
    setOnline(world, "alice", false);
    expect(
      must(world, "alice", {
        command: "propose-move",
        circle,
        ...relayOf(other),
      }),
    ).toEqual({ kind: "done" });
    expect(recordAt(world, "alice", circle).moves).toEqual([]);
    say(world, "bob", { circle, text: "meanwhile" });
    setOnline(world, "alice", true);
    advance(world, 5 * MINUTE);
    expect(urls(world, "bob", circle)).toEqual([other.url, world.relay.url]);
    expect(places(world, circle, "alice", "bob").size).toBe(1);
    expect(texts(world, "alice", circle)).toEqual(["meanwhile"]);
  });

  it("[MV-14] is the word of many where its person says so", () => {
    const world = createWorld("relay-without", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const other = addRelay(world, "other");
    setDead(world, world.relay.url, true);
    must(world, "alice", {
      command: "propose-move",
      circle,
      ...relayOf(other),
      without: true,
    });
    advance(world, MINUTE);
    expect(urls(world, "alice", circle)).toEqual([other.url]);
    const made = must(world, "alice", { command: "export-bundle", circle });
    if (made.kind !== "bundle") throw new Error("a bundle was made");
    must(world, "bob", { command: "import-bundle", bundle: made.bundle });
    advance(world, 10 * MINUTE);
    expect(urls(world, "bob", circle)).toEqual([other.url]);
  });
});

describe("mirrors", () => {
  it("[MV-25] [MV-24] [VW-62] carry chat while the relay that orders is away, and it counts once when that is back", () => {
    const world = createWorld("relay-away", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    addMirror(world, { by: "alice", circle });
    say(world, "alice", { circle, text: "before" });
    const counted = recordAt(world, "bob", circle).desk.summary.nextOrdinal;
    setDead(world, world.relay.url, true);
    say(world, "alice", { circle, text: "meanwhile" });
    advance(world, MINUTE);
    expect(texts(world, "bob", circle)).toEqual(["before", "meanwhile"]);
    expect(recordAt(world, "bob", circle).desk.summary.nextOrdinal).toBe(
      counted,
    );
    setDead(world, world.relay.url, false);
    advance(world, 5 * MINUTE);
    for (const name of ["alice", "bob"])
      expect(texts(world, name, circle)).toEqual(["before", "meanwhile"]);
    expect(recordAt(world, "alice", circle).outbox).toEqual([]);
    restart(world, "bob");
    expect(texts(world, "bob", circle)).toEqual(["before", "meanwhile"]);
  });
});

describe("moves without the relay that orders", () => {
  it("[MV-6] [MV-9] [MV-4] [VW-61] lead to where most stewards want, nothing lost or doubled", () => {
    const world = createWorld("relay-word-move", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    promote(world, { by: "alice", circle, name: "bob" });
    const mirror = addMirror(world, { by: "alice", circle });
    say(world, "carol", { circle, text: "before" });
    setDead(world, world.relay.url, true);
    say(world, "carol", { circle, text: "meanwhile" });
    must(world, "alice", {
      command: "propose-move",
      circle,
      ...relayOf(mirror),
    });
    advance(world, MINUTE);
    const { url } = mirror;
    expect(moveTo(world, "bob", { circle, url })).toMatchObject({
      words: 1,
      standing: "here",
      enough: false,
    });
    approve(world, "bob", { circle, url });
    advance(world, 10 * MINUTE);
    expect(texts(world, "alice", circle)).toEqual(["before", "meanwhile"]);
    for (const name of ["alice", "bob", "carol"]) {
      expect(standing(world, name, circle)).toBe("member");
      expect(texts(world, name, circle)).toEqual(["before", "meanwhile"]);
      expect(urls(world, name, circle)).toEqual([mirror.url]);
      expect(recordAt(world, name, circle).circle?.info.relayTerm).toBe(1);
    }
    expect(places(world, circle, "alice", "bob", "carol").size).toBe(1);
    say(world, "bob", { circle, text: "after" });
    expect(texts(world, "carol", circle)).toEqual([
      "before",
      "meanwhile",
      "after",
    ]);
  });

  it("[MV-8] [MV-12] compete, and all come to one branch", () => {
    const world = createWorld("relay-compete", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    promote(world, { by: "alice", circle, name: "bob" });
    const one = addMirror(world, { by: "alice", circle, name: "one" });
    const two = addMirror(world, { by: "alice", circle, name: "two" });
    say(world, "carol", { circle, text: "before" });
    setDead(world, world.relay.url, true);
    // At one time, without knowing of each other.
    setOnline(world, "bob", false);
    must(world, "alice", { command: "propose-move", circle, ...relayOf(one) });
    setOnline(world, "alice", false);
    setOnline(world, "bob", true);
    setOnline(world, "bob", false);
    must(world, "bob", {
      command: "propose-move",
      circle,
      ...relayOf(two),
      without: true,
    });
    setOnline(world, "alice", true);
    setOnline(world, "bob", true);
    advance(world, MINUTE);
    // Whoever signed the higher one may sign the lower one, not the other way round.
    const first = moveTo(world, "bob", { circle, url: one.url }).move;
    const second = moveTo(world, "alice", { circle, url: two.url }).move;
    const isFirstLower =
      Buffer.from(first, "base64url").compare(
        Buffer.from(second, "base64url"),
      ) < 0;
    const [by, move] = isFirstLower ? ["bob", first] : ["alice", second];
    const [not, other] = isFirstLower ? ["alice", second] : ["bob", first];
    expect(
      run(world, not, { command: "approve-move", circle, move: other }),
    ).toEqual({ ok: false, error: "already-moving" });
    must(world, by, { command: "approve-move", circle, move });
    advance(world, 10 * MINUTE);
    expect(places(world, circle, "alice", "bob", "carol").size).toBe(1);
    say(world, "alice", { circle, text: "after" });
    for (const name of ["alice", "bob", "carol"])
      expect(texts(world, name, circle)).toEqual(["before", "after"]);
  });

  it("[MV-10] [MV-22] [MV-23] wait for whoever was offline over two rotations, who reads from the mirror to the place", () => {
    const world = createWorld("relay-offline", "alice", "bob", "carol", "dan");
    addDevice(world, "eve");
    const circle = gather(world, "alice", "bob", "carol", "dan", "eve");
    promote(world, { by: "alice", circle, name: "bob" });
    const mirror = addMirror(world, { by: "alice", circle });
    say(world, "bob", { circle, text: "one" });
    setOnline(world, "carol", false);
    const gone = [
      ["two", "dan"],
      ["three", "eve"],
    ] as const;
    for (const [text, name] of gone) {
      say(world, "alice", { circle, text });
      const member = memberKey(world, { by: "alice", circle, name });
      must(world, "alice", { command: "remove-member", circle, member });
      advance(world, MINUTE);
      say(world, "bob", { circle, text: `${text} and a half` });
    }
    expect(recordAt(world, "alice", circle).circle?.info.addressNumber).toBe(2);
    setDead(world, world.relay.url, true);
    must(world, "alice", {
      command: "propose-move",
      circle,
      ...relayOf(mirror),
    });
    advance(world, MINUTE);
    approve(world, "bob", { circle, url: mirror.url });
    advance(world, 10 * MINUTE);
    say(world, "bob", { circle, text: "four" });
    setOnline(world, "carol", true);
    advance(world, 10 * MINUTE);
    const all = [
      "one",
      "two",
      "two and a half",
      "three",
      "three and a half",
      "four",
    ];
    for (const name of ["alice", "bob", "carol"])
      expect(texts(world, name, circle)).toEqual(all);
    say(world, "carol", { circle, text: "five" });
    expect(texts(world, "alice", circle)).toEqual([...all, "five"]);
    expect(places(world, circle, "alice", "bob", "carol").size).toBe(1);
  });

  it("[MV-9] take along who has read more messages, and what that one said is not lost", () => {
    const world = createWorld("relay-ahead", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    promote(world, { by: "alice", circle, name: "bob" });
    const mirror = addMirror(world, { by: "alice", circle });
    say(world, "alice", { circle, text: "before" });
    for (const name of ["alice", "bob"]) setOnline(world, name, false);
    say(world, "carol", { circle, text: "alone" });
    setOnline(world, "carol", false);
    // The mirror lost what carol gave it, and the relay is gone.
    mirror.rollBack(0);
    setDead(world, world.relay.url, true);
    for (const name of ["alice", "bob"]) setOnline(world, name, true);
    must(world, "alice", {
      command: "propose-move",
      circle,
      ...relayOf(mirror),
    });
    advance(world, MINUTE);
    approve(world, "bob", { circle, url: mirror.url });
    setOnline(world, "carol", true);
    advance(world, 20 * MINUTE);
    expect(places(world, circle, "alice", "bob", "carol").size).toBe(1);
    say(world, "carol", { circle, text: "after" });
    advance(world, 60 * MINUTE);
    for (const name of ["alice", "bob", "carol"])
      expect([...texts(world, name, circle)].toSorted()).toEqual([
        "after",
        "alone",
        "before",
      ]);
  });

  it("[MV-12] of a term that is over lead nowhere, whoever shows them again", () => {
    const world = createWorld("relay-stale", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const mirror = addMirror(world, { by: "alice", circle });
    must(world, "alice", {
      command: "propose-move",
      circle,
      ...relayOf(mirror),
      without: true,
    });
    advance(world, 10 * MINUTE);
    const [first] = recordAt(world, "bob", circle).moves;
    must(world, "alice", {
      command: "propose-move",
      circle,
      ...relayOf(addRelay(world, "third")),
    });
    advance(world, 10 * MINUTE);
    const before = places(world, circle, "alice", "bob");
    expect(before.size).toBe(1);
    expect(recordAt(world, "bob", circle).circle?.info.relayTerm).toBe(2);
    expect(first).toBeDefined();
    if (first !== undefined)
      expect(
        takeMove(
          { ...env, now: world.now },
          recordAt(world, "bob", circle),
          first.proposed,
        ),
      ).toBe(recordAt(world, "bob", circle));
    expect(memberNames(world, "bob", circle)).toEqual(["alice", "bob"]);
  });

  it("[MV-13] lead out of a proven contradiction", () => {
    const world = createWorld("relay-proven", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    say(world, "alice", { circle, text: "before" });
    contradict(world, "alice", circle);
    contradict(world, "bob", circle);
    say(world, "bob", { circle, text: "waits" });
    expect(texts(world, "alice", circle)).toEqual(["before"]);
    const other = addRelay(world, "other");
    must(world, "alice", {
      command: "propose-move",
      circle,
      ...relayOf(other),
    });
    const made = must(world, "alice", { command: "export-bundle", circle });
    if (made.kind !== "bundle") throw new Error("a bundle was made");
    must(world, "bob", { command: "import-bundle", bundle: made.bundle });
    advance(world, 10 * MINUTE);
    expect(texts(world, "alice", circle)).toEqual(["before", "waits"]);
    expect(urls(world, "bob", circle)).toEqual([other.url]);
  });
});
