/** Bundles, words and homes in a world of engines. */
import * as mls from "@halqa/mls";
import { createSeededRandom } from "@halqa/testkit";
import { describe, expect, it } from "vitest";
import {
  countWords,
  mergeWords,
  moveFromHere,
  signMove,
  votersOf,
} from "../../circle/relay-move.ts";
import { followMove, relationTo } from "../../circle/follow-move.ts";
import {
  addMirror,
  MINUTE,
  places,
  relayOf,
  urls,
} from "../../testing/relay-story.ts";
import { gather, found, memberKey, say, texts } from "../../testing/story.ts";
import { recordAt } from "../../testing/trouble.ts";
import {
  addRelay,
  advance,
  createWorld,
  must,
  run,
  setDead,
  setOnline,
} from "../../testing/world.ts";
import type { World } from "../../testing/world.ts";
import { settleMoves, takeMove } from "./moves.ts";

const random = createSeededRandom("words").bytes;
const env = { mls, random };

function bundleOf(
  world: World,
  name: string,
  o: { readonly circle: string; readonly outbox?: boolean },
): Uint8Array {
  const made = must(world, name, { command: "export-bundle", ...o });
  if (made.kind !== "bundle") throw new Error("a bundle was made");
  return made.bundle;
}

function circleAt(world: World, name: string, id: string) {
  const { circle } = recordAt(world, name, id);
  if (circle === undefined) throw new Error(`${name} is in`);
  return circle;
}

describe("a bundle", () => {
  it("[MV-30] [MV-32] leads over two rotations to where the relay's order was, and imports nothing twice", () => {
    const world = createWorld("bundle", "alice", "bob", "carol", "dan");
    const circle = gather(world, "alice", "bob", "carol", "dan");
    say(world, "bob", { circle, text: "one" });
    setOnline(world, "bob", false);
    for (const name of ["carol", "dan"]) {
      say(world, "alice", { circle, text: `with ${name}` });
      const member = memberKey(world, { by: "alice", circle, name });
      must(world, "alice", { command: "remove-member", circle, member });
      advance(world, MINUTE);
      say(world, "alice", { circle, text: `without ${name}` });
    }
    const bundle = bundleOf(world, "alice", { circle });
    setDead(world, world.relay.url, true);
    setOnline(world, "bob", true);
    must(world, "bob", { command: "import-bundle", bundle });
    advance(world, MINUTE);
    const all = [
      "one",
      "with carol",
      "without carol",
      "with dan",
      "without dan",
    ];
    expect(texts(world, "bob", circle)).toEqual(all);
    expect(places(world, circle, "alice", "bob").size).toBe(1);
    run(world, "bob", { command: "import-bundle", bundle });
    setDead(world, world.relay.url, false);
    say(world, "bob", { circle, text: "six" });
    expect(texts(world, "alice", circle)).toEqual([...all, "six"]);
    const broken = bundle.slice(1);
    expect(
      run(world, "bob", { command: "import-bundle", bundle: broken })?.ok,
    ).toBe(false);
  });

  it("[MV-30] [MV-24] holds what waits by choice only, which is shown and counts once when the log has it", () => {
    const world = createWorld("bundle outbox", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    say(world, "alice", { circle, text: "one" });
    setDead(world, world.relay.url, true);
    say(world, "alice", { circle, text: "two" });
    must(world, "bob", {
      command: "import-bundle",
      bundle: bundleOf(world, "alice", { circle }),
    });
    expect(texts(world, "bob", circle)).toEqual(["one"]);
    must(world, "bob", {
      command: "import-bundle",
      bundle: bundleOf(world, "alice", { circle, outbox: true }),
    });
    expect(texts(world, "bob", circle)).toEqual(["one", "two"]);
    setDead(world, world.relay.url, false);
    advance(world, 5 * MINUTE);
    for (const name of ["alice", "bob"])
      expect(texts(world, name, circle)).toEqual(["one", "two"]);
  });
});

describe("words for a move", () => {
  it("[MV-5] [MV-6] [MV-7] count once for a member, from the place alone, and wrong ones spoil nothing", () => {
    const world = createWorld("words", "alice", "bob", "carol");
    const id = gather(world, "alice", "bob", "carol");
    const alice = circleAt(world, "alice", id);
    const { relayPub } = addRelay(world, "there");
    const relay = { url: "wss://there.example/", relayPub, access: undefined };
    const move = moveFromHere(alice, relay);
    expect(move).toMatchObject({ term: 1, seq: alice.log.seq });
    const voters = votersOf(alice, env, move.epoch);
    if (voters === undefined) throw new Error("the epoch is known");
    const bob = signMove(circleAt(world, "bob", id), move);
    const wrong = { leaf: 2, signature: new Uint8Array(64).fill(1) };
    const merged = mergeWords(
      voters,
      { move, words: [] },
      { move, words: [bob, wrong] },
    );
    expect(merged.words).toEqual([bob]);
    expect(countWords(voters, merged).isEnough).toBe(false);
    const words = [signMove(alice, move)];
    expect(countWords(voters, { move, words }).isEnough).toBe(true);
  });

  it("[MV-11] let out whoever followed a commit behind the place, and only where they are enough", () => {
    const world = createWorld("elsewhere", "alice", "bob");
    const id = gather(world, "alice", "bob");
    const { relayPub } = addRelay(world, "there");
    const relay = { url: "wss://there.example/", relayPub, access: undefined };
    const before = circleAt(world, "alice", id);
    const move = moveFromHere(before, relay);
    must(world, "alice", { command: "rename-circle", circle: id, name: "Two" });
    advance(world, MINUTE);
    const record = recordAt(world, "bob", id);
    const step = { ...env, now: world.now, defaultRelay: undefined };
    const bob = signMove(circleAt(world, "bob", id), move);
    const few = takeMove(step, record, { move, words: [bob] });
    expect(settleMoves(step, few).desk.place).toBe("in");
    const words = [signMove(before, move)];
    const enough = takeMove(step, record, { move, words });
    const out = settleMoves(step, enough);
    expect(out.desk.place).toBe("halted");
    expect(out.circle).toBeUndefined();
    expect(relationTo(before, move)).toBe("here");
    expect(followMove(before, move).moved?.term).toBe(1);
  });
});

describe("a home relay", () => {
  it("[MV-16] is where circles are founded from then on, and keeps its key", () => {
    const world = createWorld("set home", "alice");
    const home = addRelay(world, "home");
    must(world, "alice", { command: "set-home-relay", ...relayOf(home) });
    const circle = found(world, "alice");
    expect(urls(world, "alice", circle)).toEqual([home.url]);
    const { relayPub } = relayOf(world.relay);
    expect(
      run(world, "alice", {
        command: "set-home-relay",
        url: home.url,
        relayPub,
      }),
    ).toEqual({ ok: false, error: "bad-relay" });
    expect(addMirror(world, { by: "alice", circle }).url).toBeDefined();
  });
});
