import { assertInvariant, encodeHex } from "@halqa/bytes";
import { openEnvelope, sealEnvelope } from "@halqa/crypto";
import * as mls from "@halqa/mls";
import { createSeededRandom } from "@halqa/testkit";
import { describe, expect, it } from "vitest";
import type { Circle, CircleEnv } from "./circle.ts";
import { decodeCircle, encodeCircleParts } from "./circle-codec.ts";
import { decodeFragment, encodeFragment } from "./fragment-frame.ts";
import { currentKey, ownAuthenticatedData } from "./group-env.ts";
import { FRAGMENT_LENGTH, MAX_FRAGMENTS, MAX_STEWARD_SETS } from "./limits.ts";
import { renewedLeaf } from "./own-leaf.ts";
import { planChange, sealCommit } from "./plan-commit.ts";
import type { PlannedCommit } from "./plan-commit.ts";
import { sealFragments } from "./seal-fragments.ts";
import {
  act,
  actorOf,
  append,
  catchUp,
  circleOf,
  createWorld,
  expectOk,
  isAgreed,
  keyOf,
  remove,
  say,
  wordOf,
  words,
} from "./testing/circle-world.ts";
import type { World } from "./testing/circle-world.ts";

const PART = FRAGMENT_LENGTH;

/** A commit that is made so long that it needs several entries. */
function plan(world: World, name: string, padding: number): PlannedCommit {
  const circle = circleOf(world, name);
  const { env } = actorOf(world, name);
  const planned = sealCommit(circle, env, {
    options: {
      proposals: [],
      authenticatedData: ownAuthenticatedData(circle),
      leaf: { extensions: [renewedLeaf(circle, env)] },
      padding,
    },
    requests: [],
  });
  const made = expectOk(planned);
  const actor = actorOf(world, name);
  actor.circle = made.circle;
  actor.pendings = [...actor.pendings, made.pending];
  return made;
}

/** Its entries, in the order in which they leave. */
function entriesOf({ before = [], body }: PlannedCommit): Uint8Array[] {
  return [...before.map((one) => one.body), body];
}

function appendAll(
  world: World,
  name: string,
  bodies: readonly Uint8Array[],
): void {
  for (const body of bodies) append(world, name, body);
}

/** What a frame would look like under the key of the present epoch. */
function seal(circle: Circle, env: CircleEnv, message: Uint8Array): Uint8Array {
  return expectOk(
    sealEnvelope({
      key: currentKey(circle).envelopeKey,
      logId: circle.log.logId,
      message,
      random: env.random,
    }),
  );
}

function twoStewards(seed: string): World {
  const world = createWorld(seed, "alice", "bob", "carol");
  const { env } = actorOf(world, "alice");
  const stewards = [keyOf(world, "alice"), keyOf(world, "bob")];
  act(world, "alice", planChange(circleOf(world, "alice"), env, { stewards }));
  catchUp(world);
  return world;
}

function restart(world: World, name: string): void {
  const actor = actorOf(world, name);
  const parts = encodeCircleParts({ ...actor.env, mls }, circleOf(world, name));
  actor.circle = expectOk(
    decodeCircle({ ...actor.env, mls }, { ...parts, deltas: [] }),
  );
}

describe("a commit in several entries", () => {
  it("[CI-140] [CI-145] counts where its last part stands, for its maker as for all", () => {
    const world = createWorld("whole", "alice", "bob", "carol");
    const planned = plan(world, "alice", 3 * PART);
    expect(planned.before).toHaveLength(4);
    const [manifest, first, ...rest] = entriesOf(planned);
    const last = rest.pop();
    assertInvariant(manifest && first && last, "there are parts");
    appendAll(world, "alice", [manifest, first]);
    say(world, "bob", "in between");
    appendAll(world, "alice", rest);
    expect(words(catchUp(world))).toEqual({
      alice: [
        "fragment",
        "fragment",
        "bob: in between",
        "fragment",
        "fragment",
      ],
      bob: ["fragment", "fragment", "own-message", "fragment", "fragment"],
      carol: [
        "fragment",
        "fragment",
        "bob: in between",
        "fragment",
        "fragment",
      ],
    });
    const { epoch } = circleOf(world, "bob").mls.context;
    append(world, "alice", last);
    const outcomes = catchUp(world);
    expect(words(outcomes)).toEqual({
      alice: ["commit"],
      bob: ["commit"],
      carol: ["commit"],
    });
    const [own] = outcomes.get("alice") ?? [];
    expect(own).toMatchObject({ commit: { isOwn: true, won: {} } });
    expect(isAgreed(world)).toBe(true);
    expect(circleOf(world, "carol").mls.context.epoch).toBe(epoch + 1n);
    expect(circleOf(world, "carol").fragments).toEqual([]);
  });

  it("[CI-141] is nobody's who did not sign for its parts", () => {
    const world = twoStewards("forged");
    const planned = plan(world, "alice", PART);
    const circle = circleOf(world, "bob");
    const { env } = actorOf(world, "bob");
    // Bob signs for alice's leaf.
    const message = expectOk(sealFragments(circle, env, new Uint8Array(9)));
    const [head] = message.before;
    assertInvariant(head !== undefined, "a manifest");
    const opened = openFrame(circle, head.body);
    assertInvariant(opened.frame === "manifest", "a manifest");
    const leaf = circleOf(world, "alice").mls.own.leafIndex;
    const forged = { ...opened, manifest: { ...opened.manifest, leaf } };
    append(world, "bob", seal(circle, env, encodeFragment(forged)));
    const far = { ...opened, manifest: { ...opened.manifest, leaf: 4_000 } };
    append(world, "bob", seal(circle, env, encodeFragment(far)));
    expect(words(catchUp(world)).carol).toEqual([
      "skipped stray-fragment",
      "skipped stray-fragment",
    ]);
    appendAll(world, "alice", entriesOf(planned));
    expect(words(catchUp(world)).carol?.at(-1)).toBe("commit");
    expect(isAgreed(world)).toBe(true);
  });

  it("[CI-141] is replaced by a newer one of its leaf, and by no older one", () => {
    const world = createWorld("replaced", "alice", "bob");
    const old = entriesOf(plan(world, "alice", PART));
    const [oldManifest] = old;
    assertInvariant(oldManifest !== undefined, "a manifest");
    append(world, "alice", oldManifest);
    catchUp(world);
    const [manifest, ...parts] = entriesOf(plan(world, "alice", PART));
    assertInvariant(manifest !== undefined, "a manifest");
    append(world, "alice", manifest);
    // Anybody can show the old one again.
    append(world, "alice", oldManifest);
    expect(words(catchUp(world)).bob).toEqual([
      "fragment",
      "skipped stray-fragment",
    ]);
    expect(circleOf(world, "bob").fragments).toHaveLength(1);
    appendAll(world, "alice", parts);
    expect(words(catchUp(world)).bob?.at(-1)).toBe("commit");
    expect(isAgreed(world)).toBe(true);
  });

  it("[CI-143] takes each part once, in any order but the last, and none before the manifest", () => {
    const world = createWorld("parts", "alice", "bob", "carol");
    const [manifest, one, two, last] = entriesOf(
      plan(world, "alice", 2 * PART),
    );
    assertInvariant(manifest && one && two && last, "three parts");
    appendAll(world, "alice", [one, manifest, two, two, one, one, last]);
    const said = words(catchUp(world));
    expect(said.bob).toEqual([
      "skipped stray-fragment",
      "fragment",
      "fragment",
      "skipped stray-fragment",
      "fragment",
      "skipped stray-fragment",
      "commit",
    ]);
    expect(said.alice).toEqual(said.bob);
    expect(isAgreed(world)).toBe(true);
  });

  it("[CI-144] counts for nobody when its last part comes early, though its key is known then", () => {
    const world = createWorld("early", "alice", "bob", "carol");
    const [manifest, one, two, last] = entriesOf(
      plan(world, "alice", 2 * PART),
    );
    assertInvariant(manifest && one && two && last, "three parts");
    appendAll(world, "alice", [manifest, one, last, two]);
    const said = words(catchUp(world));
    expect(said.bob?.at(2)).toBe("skipped stray-fragment");
    expect(said.alice).toEqual(said.bob);
    expect(said.carol).toEqual(said.bob);
    expect(isAgreed(world)).toBe(true);
    const { epoch } = circleOf(world, "bob").mls.context;
    say(world, "bob", "still here");
    catchUp(world);
    expect(circleOf(world, "alice").mls.context.epoch).toBe(epoch);
    // The relay may show the last part again: it counts there, for all.
    append(world, "alice", last);
    expect(words(catchUp(world))).toEqual({
      alice: ["commit"],
      bob: ["commit"],
      carol: ["commit"],
    });
    expect(isAgreed(world)).toBe(true);
  });

  it("[CI-144] shows nothing of itself before its last part", () => {
    const world = createWorld("sealed", "alice", "bob");
    const circle = circleOf(world, "bob");
    const planned = plan(world, "alice", 2 * PART);
    const bodies = entriesOf(planned);
    const frames = bodies.map((body) => openFrame(circle, body));
    expect(frames.map(({ frame }) => frame)).toEqual([
      "manifest",
      "part",
      "part",
      "last",
    ]);
    // An MLS message begins with its version, wire format and group id.
    const groupId = encodeHex(circle.mls.context.groupId);
    for (const frame of frames) {
      if (frame.frame === "manifest") continue;
      expect(encodeHex(frame.bytes).includes(groupId)).toBe(false);
    }
  });

  it("[CI-146] ends with its epoch and with its log", () => {
    const world = twoStewards("ends");
    const [manifest, ...parts] = entriesOf(plan(world, "alice", PART));
    assertInvariant(manifest !== undefined, "a manifest");
    append(world, "alice", manifest);
    catchUp(world);
    const { env } = actorOf(world, "bob");
    act(world, "bob", planChange(circleOf(world, "bob"), env, { name: "New" }));
    expect(words(catchUp(world)).carol).toEqual(["commit"]);
    actorOf(world, "alice").pendings = [];
    appendAll(world, "alice", parts);
    expect(new Set(words(catchUp(world)).carol)).toEqual(
      new Set(["skipped late-handshake"]),
    );
    const [again] = entriesOf(plan(world, "alice", PART));
    assertInvariant(again !== undefined, "a manifest");
    append(world, "alice", again);
    catchUp(world);
    expect(circleOf(world, "carol").fragments).toHaveLength(1);
    remove(world, "bob", "carol");
    expect(circleOf(world, "alice").fragments).toEqual([]);
    expect(circleOf(world, "bob").fragments).toEqual([]);
  });

  it("[CI-147] of two that are interleaved, the one that is whole first wins, everywhere", () => {
    const world = twoStewards("interleaved");
    const one = entriesOf(plan(world, "alice", 2 * PART));
    const other = entriesOf(plan(world, "bob", 2 * PART));
    const mixed = one.flatMap((body, index) => [other[index] ?? body, body]);
    appendAll(world, "alice", mixed);
    const said = words(catchUp(world));
    expect(said.carol?.filter((word) => word === "commit")).toHaveLength(1);
    expect(said.carol?.at(-1)).toBe("skipped late-handshake");
    expect(isAgreed(world)).toBe(true);
    const won = actorOf(world, "carol").outcomes.findLast(
      ({ kind }) => kind === "commit",
    );
    expect(won).toMatchObject({ commit: { committer: { name: "bob" } } });
  });

  it("[CI-148] is kept over a restart in the middle", () => {
    const world = createWorld("restart", "alice", "bob", "carol");
    const bodies = entriesOf(plan(world, "alice", 3 * PART));
    for (const body of bodies) {
      append(world, "alice", body);
      catchUp(world);
      for (const name of ["alice", "bob"]) {
        restart(world, name);
        expect(circleOf(world, name).fragments).toEqual(
          circleOf(world, "carol").fragments,
        );
      }
    }
    expect(isAgreed(world)).toBe(true);
    expect(actorOf(world, "bob").outcomes.at(-1)?.kind).toBe("commit");
  });

  it("[CI-142] leaves a bounded number of sets open, and other members none of the stewards' places", () => {
    const world = createWorld("bounded", "alice", "bob");
    const { env } = actorOf(world, "bob");
    const circle = circleOf(world, "bob");
    const bodies = entriesOf(plan(world, "alice", PART));
    const [manifest, ...parts] = bodies;
    assertInvariant(manifest !== undefined, "a manifest");
    append(world, "alice", manifest);
    for (let i = 0; i < 2 * MAX_STEWARD_SETS; i++) {
      const [head] = expectOk(
        sealFragments(circle, env, new Uint8Array(i + 1)),
      ).before;
      if (head !== undefined) append(world, "bob", head.body);
      catchUp(world);
    }
    // One set for a leaf, whatever it announces.
    expect(circleOf(world, "alice").fragments).toHaveLength(2);
    appendAll(world, "alice", parts);
    expect(words(catchUp(world)).bob?.at(-1)).toBe("commit");
    expect(isAgreed(world)).toBe(true);
  });

  it("[CI-145] has at most sixteen parts, and what needs more is not made", () => {
    const world = createWorld("most", "alice", "bob");
    const circle = circleOf(world, "alice");
    const { env } = actorOf(world, "alice");
    const overhead = 16;
    const most = new Uint8Array(MAX_FRAGMENTS * PART - overhead);
    const sealed = expectOk(sealFragments(circle, env, most));
    expect(sealed.before).toHaveLength(MAX_FRAGMENTS);
    const more = new Uint8Array(most.length + 1);
    expect(sealFragments(circle, env, more)).toEqual({
      ok: false,
      error: { kind: "too-large" },
    });
  });

  it("[CI-149] holds a commit of the epoch and nothing else", () => {
    const world = createWorld("else", "alice", "bob");
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    const { before, last } = expectOk(
      sealFragments(circle, env, new Uint8Array(100)),
    );
    appendAll(world, "alice", [...before.map(({ body }) => body), last.body]);
    expect(words(catchUp(world)).bob).toEqual([
      "fragment",
      "skipped misplaced",
    ]);
    expect(isAgreed(world)).toBe(true);
  });

  it("[CI-7] has one encoding, and no bytes make reading it throw", () => {
    const random = createSeededRandom("frames");
    const frame = { frame: "part" as const, bytes: random.bytes(100) };
    const bytes = encodeFragment(frame);
    expect(decodeFragment(bytes)).toEqual({ ok: true, value: frame });
    for (let i = 0; i < 500; i++) {
      const noise = random.bytes(random.int(200));
      const decoded = decodeFragment(noise);
      if (decoded.ok) expect(encodeFragment(decoded.value)).toEqual(noise);
    }
  });
});

describe("whatever a relay and a steward do with its entries", () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed))(
    "[CI-147] all come to the same, the maker and who restarted included (%i)",
    (seed) => {
      const world = twoStewards(`chaos-${seed}`);
      const random = createSeededRandom(`fragments/${seed}`);
      const pool = [
        ...entriesOf(plan(world, "alice", PART)),
        ...entriesOf(plan(world, "bob", PART)),
        ...entriesOf(plan(world, "alice", 10)),
      ];
      for (let i = 0; i < 40; i++) {
        const body = random.pick(pool);
        append(world, "carol", body);
        catchUp(world);
        if (random.int(4) === 0) restart(world, "carol");
      }
      expect(isAgreed(world)).toBe(true);
      const told = ["alice", "bob", "carol"].map((name) =>
        actorOf(world, name).outcomes.slice(-40).map(wordOf),
      );
      expect(told[0]).toEqual(told[1]);
      expect(told[1]).toEqual(told[2]);
      const { fragments } = circleOf(world, "carol");
      expect(fragments.length).toBeLessThanOrEqual(2);
    },
  );
});

function openFrame(circle: Circle, body: Uint8Array) {
  const opened = openEnvelope({
    keys: [currentKey(circle).envelopeKey],
    logId: circle.log.logId,
    body,
  });
  return expectOk(decodeFragment(expectOk(opened).message));
}
