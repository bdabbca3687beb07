/**
 * Random histories with hostile members in them: after every entry all who are in the circle say the same of it, whether they
 * founded it or joined a moment ago, and the circle goes on.
 */
import { describe, expect, it } from "vitest";
import { encodeHex } from "@halqa/bytes";
import * as mls from "@halqa/mls";
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import type { SeededRandom } from "@halqa/testkit";
import type { EntryOutcome } from "./entry-outcome.ts";
import { planChange } from "./plan-commit.ts";
import { proposeLeave, proposeRenewal } from "./propose.ts";
import { isSteward, membersOf } from "./roster.ts";
import { sealMessage } from "./seal-content.ts";
import {
  act,
  actorOf,
  append,
  catchUp,
  circleOf,
  createWorld,
  expectOk,
  isAgreed,
  join,
  keyOf,
  makeInvite,
  remove,
  say,
  wordOf,
} from "./testing/circle-world.ts";
import type { World } from "./testing/circle-world.ts";
import {
  addProposal,
  appendMessage,
  forgeCommit,
  forgeMessage,
  forgeProposal,
  infoProposal,
  leafOf,
} from "./testing/forge.ts";

const STEPS = 40;

interface History {
  readonly world: World;
  readonly random: SeededRandom;
  /** Who is in the circle and honest apart from what `mischief` does in their name. */
  readonly inside: Set<string>;
  count: number;
}

/** What honest members do. */
const deeds: Record<string, (h: History) => void> = {
  talk: ({ world, random, inside }) => {
    say(world, random.pick([...inside]), "words");
  },
  rename: ({ world, random }) => {
    const { env } = actorOf(world, "alice");
    const name = `Name ${random.int(1_000_000)}`;
    act(world, "alice", planChange(circleOf(world, "alice"), env, { name }));
  },
  rotate: ({ world }) => {
    const { env } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    act(world, "alice", planChange(circle, env, { rotate: true }));
  },
  welcome: (h) => {
    h.count++;
    const name = `joiner ${h.count}`;
    const invite = makeInvite(h.world, "alice", 1);
    join(h.world, "alice", { name, invite });
    h.inside.add(name);
  },
  farewell: ({ world, random, inside }) => {
    const name = someoneElse(random, inside);
    if (inside.size < 4 || name === undefined) return;
    remove(world, "alice", name);
    inside.delete(name);
  },
  renew: ({ world, random, inside }) => {
    const name = someoneElse(random, inside);
    if (name === undefined) return;
    const actor = actorOf(world, name);
    const made = proposeRenewal(circleOf(world, name), actor.env);
    if (!made.ok) return;
    actor.circle = made.value.circle;
    append(world, name, made.value.body);
  },
};

/** What a hostile member who is no steward puts into the log. */
const mischief: Record<string, (world: World, name: string) => void> = {
  noise: (world, name) => {
    const { random } = actorOf(world, name);
    append(world, name, random.bytes(3_840));
  },
  sealedNoise: (world, name) => {
    const { random } = actorOf(world, name);
    appendMessage(world, name, random.bytes(200));
  },
  path: (world, name) => void forgeCommit(world, name, {}),
  add: (world, name) =>
    void forgeCommit(world, name, {
      proposals: [addProposal(world, name, {})],
      isPathLess: true,
    }),
  coup: (world, name) =>
    void forgeCommit(world, name, {
      proposals: [
        infoProposal(world, name, {
          stewards: [keyOf(world, name)],
          policyVersion: circleOf(world, name).info.policyVersion + 1,
        }),
      ],
    }),
  pause: (world, name) =>
    void forgeCommit(world, name, {
      proposals: [infoProposal(world, name, { minVersion: 9 })],
    }),
  exile: (world, name) =>
    void forgeProposal(world, name, {
      kind: "remove",
      removed: leafOf(world, "alice"),
    }),
  words: (world, name) =>
    void forgeMessage(world, name, {
      data: new Uint8Array(5),
      context: { epochTag: new Uint8Array(8) },
    }),
};

function someoneElse(
  random: SeededRandom,
  inside: ReadonlySet<string>,
): string | undefined {
  const others = [...inside].filter((name) => name !== "alice");
  return others.length === 0 ? undefined : random.pick(others);
}

/** Undefined for what an author cannot say: nobody opens its own messages. */
function verdictOf(outcome: EntryOutcome): string | undefined {
  return outcome.kind === "own-message" ? undefined : wordOf(outcome);
}

function expectOneVerdict({ world, inside }: History): void {
  const lists = [...catchUp(world)]
    .filter(([name]) => inside.has(name))
    .map(([, outcomes]) => outcomes.map(verdictOf).toReversed());
  // From the end: whoever joined within this step read only that.
  const longest = Math.max(...lists.map(({ length }) => length));
  for (let index = 0; index < longest; index++) {
    const verdicts = lists
      .map((list) => list[index])
      .filter((verdict) => verdict !== undefined);
    expect(new Set(verdicts).size).toBeLessThanOrEqual(1);
  }
  expect(isAgreed(world)).toBe(true);
}

describe("a random history", () => {
  it.each([1, 2, 3])(
    "[CI-70] [CI-122] gives one verdict to founder and newcomer on every entry (%i)",
    (seed) => {
      const random = createSeededRandom(`history ${seed}`);
      const world = createWorld(`history ${seed}`, "alice", "bob", "mallory");
      const inside = new Set(["alice", "bob", "mallory"]);
      const h: History = { world, random, inside, count: 0 };
      const seen = new Set<string>();
      for (let step = 0; step < STEPS; step++) {
        const name = someoneElse(random, inside);
        if (random.bool(0.5) && name !== undefined) {
          const kind = random.pick(Object.keys(mischief));
          seen.add(kind);
          mischief[kind]?.(world, name);
        } else {
          const kind = random.pick(Object.keys(deeds));
          seen.add(kind);
          deeds[kind]?.(h);
        }
        expectOneVerdict(h);
      }
      expect(seen.size).toBeGreaterThan(10);
      for (const name of inside) {
        const { env, outcomes } = actorOf(world, name);
        const circle = circleOf(world, name);
        expect(isSteward(circle)).toBe(name === "alice");
        const ends = outcomes.filter(({ kind }) =>
          ["halted", "paused", "removed"].includes(kind),
        );
        expect(ends).toEqual([]);
        const members = membersOf(circle, env);
        expect(new Set(members.map((member) => member.name))).toEqual(inside);
      }
    },
  );

  it("[CI-5] lists a member once, with all devices, and nobody who left", () => {
    const world = createWorld("members", "alice", "bob", "carol");
    const { identitySeed } = actorOf(world, "bob");
    const proposals = [
      addProposal(world, "alice", { identitySeed, deviceNo: 1 }),
    ];
    forgeCommit(world, "alice", { proposals, isPathLess: true });
    catchUp(world);
    remove(world, "alice", "carol");
    const { env } = actorOf(world, "bob");
    const members = membersOf(circleOf(world, "bob"), env);
    expect(
      members.map(({ name, leaves, isOwn, isSteward: steward }) => ({
        name,
        leaves,
        isOwn,
        steward,
      })),
    ).toEqual([
      { name: "alice", leaves: [0], isOwn: false, steward: true },
      { name: "bob", leaves: [1, 3], isOwn: true, steward: false },
    ]);
    const keys = members.map(({ memberKey }) => encodeHex(memberKey));
    expect(keys).toEqual(
      ["alice", "bob"].map((name) => encodeHex(keyOf(world, name))),
    );
  });

  it("[CI-40] [CI-122] of damaged messages in good envelopes is read without a throw, with one verdict", () => {
    const random = createSeededRandom("damaged");
    const world = createWorld("damaged", "alice", "bob", "mallory");
    const inside = new Set(["alice", "bob", "mallory"]);
    const { random: bytes, env } = actorOf(world, "mallory");
    const circle = circleOf(world, "mallory");
    const loose = {
      suite: mls.suite3,
      random: bytes.bytes,
      policy: mls.defaultPolicy,
    };
    const authentic = [
      expectOk(mls.createCommit(circle.mls, loose, {})).message,
      expectOk(
        mls.protectApplication(circle.mls, loose, {
          data: bytes.bytes(40),
          authenticatedData: bytes.bytes(81),
        }),
      ).message,
    ];
    for (let run = 0; run < 60; run++) {
      const message = mutateBytes(random.pick(authentic), random);
      const { body } = expectOk(sealMessage(circle, env, message));
      append(world, "mallory", body);
    }
    expectOneVerdict({ world, random, inside, count: 0 });
    for (const name of inside) {
      const { outcomes } = actorOf(world, name);
      const kinds = new Set(outcomes.slice(-60).map(({ kind }) => kind));
      kinds.delete("own-message");
      expect(kinds).toEqual(new Set(["skipped"]));
    }
  });

  it("[CI-122] of proposals alone stops nobody: the steward goes on with or without them", () => {
    const world = createWorld("proposals", "alice", "bob", "mallory");
    const { env } = actorOf(world, "mallory");
    for (let n = 0; n < 8; n++) {
      const made =
        n % 2 === 0
          ? proposeRenewal(circleOf(world, "mallory"), env)
          : proposeLeave(circleOf(world, "mallory"), env);
      if (!made.ok) throw new Error("a proposal of its own");
      actorOf(world, "mallory").circle = made.value.circle;
      append(world, "mallory", made.value.body);
    }
    catchUp(world);
    const { env: own } = actorOf(world, "alice");
    const circle = circleOf(world, "alice");
    act(world, "alice", planChange(circle, own, { name: "Still going" }));
    catchUp(world);
    expect(circleOf(world, "bob").info.name).toBe("Still going");
    expect(actorOf(world, "mallory").circle).toBeUndefined();
  });
});
