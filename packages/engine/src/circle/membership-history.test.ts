/**
 * Random histories of roles with hostile stewards, members and readers in them: whoever founded the circle and whoever joined a moment ago
 * come to the same roles, to one verdict on every entry, and to the same of what each opened.
 */
import { encodeHex } from "@halqa/bytes";
import { createSeededRandom } from "@halqa/testkit";
import type { SeededRandom } from "@halqa/testkit";
import { describe, expect, it } from "vitest";
import { signApproval } from "./approval.ts";
import type { Approval } from "./approval.ts";
import { describeSeen, encodeAuthenticatedData } from "./authenticated-data.ts";
import { encodeCircleInfo } from "./circle-info.ts";
import type { CircleInfo } from "./circle-info.ts";
import { currentKey } from "./group-env.ts";
import { planChange, planRemove } from "./plan-commit.ts";
import { planRelease, planRole, planTidy } from "./plan-role.ts";
import { planSuccession } from "./plan-succession.ts";
import { proposeLeave } from "./propose.ts";
import { roleOf } from "./roles.ts";
import type { Role } from "./roles.ts";
import { membersOf } from "./roster.ts";
import {
  act,
  actorOf,
  append,
  catchUp,
  circleOf,
  createWorld,
  isAgreed,
  join,
  keyOf,
  makeInvite,
  say,
  seal,
  wordOf,
} from "./testing/circle-world.ts";
import type { World } from "./testing/circle-world.ts";
import { forgeCommit, infoProposal, removeProposal } from "./testing/forge.ts";

const STEPS = 40;
const ROLES = ["steward", "member", "reader"] as const;

interface History {
  readonly world: World;
  readonly random: SeededRandom;
  count: number;
}

function insiders({ world }: History): readonly string[] {
  return [...world.actors.values()].flatMap(({ name, circle }) =>
    circle === undefined ? [] : [name],
  );
}

function inRole(h: History, role: Role): readonly string[] {
  return insiders(h).filter((name) => {
    const { info, memberKey } = circleOf(h.world, name);
    return roleOf(info, memberKey) === role;
  });
}

/** Plans by a steward, and does nothing where nothing is planned. */
function byAnySteward(
  h: History,
  plan: (by: string) => Parameters<typeof act>[2],
): void {
  const by = h.random.pick([...inRole(h, "steward")]);
  const planned = plan(by);
  if (planned.ok) act(h.world, by, planned);
}

const deeds: Record<string, (h: History) => void> = {
  talk: (h) => void say(h.world, h.random.pick([...insiders(h)]), "words"),
  setRole: (h) =>
    byAnySteward(h, (by) => {
      const to = h.random.pick([...ROLES]);
      return planRole(circleOf(h.world, by), actorOf(h.world, by).env, {
        memberKey: keyOf(h.world, h.random.pick([...insiders(h)])),
        from: ROLES.filter((role) => role !== to),
        to,
      });
    }),
  setPosting: (h) =>
    byAnySteward(h, (by) => {
      const posting = h.random.bool(0.5) ? "stewards" : "everyone";
      const { env } = actorOf(h.world, by);
      const settings = { posting } as const;
      return planChange(circleOf(h.world, by), env, { settings });
    }),
  hold: (h) => {
    if (insiders(h).length < 4) return;
    byAnySteward(h, (by) => {
      const memberKeys = [keyOf(h.world, h.random.pick([...insiders(h)]))];
      const { env } = actorOf(h.world, by);
      const isHeld = h.random.bool(0.5);
      return planRemove(circleOf(h.world, by), env, { memberKeys, isHeld });
    });
  },
  release: (h) =>
    byAnySteward(h, (by) => {
      const circle = circleOf(h.world, by);
      const memberKey = circle.info.held[0] ?? circle.memberKey;
      return planRelease(circle, actorOf(h.world, by).env, { memberKey });
    }),
  comeBack: (h) => {
    const by = h.random.pick([...inRole(h, "steward")]);
    const gone = [...h.world.actors.values()].find(
      ({ circle }) => circle === undefined,
    );
    h.count++;
    const name = gone?.name ?? `joiner ${h.count}`;
    const invite = makeInvite(h.world, by, 1);
    join(h.world, by, { name, invite });
  },
  leave: (h) => {
    if (insiders(h).length < 4) return;
    const name = h.random.pick([...insiders(h)]);
    const actor = actorOf(h.world, name);
    const made = proposeLeave(circleOf(h.world, name), actor.env);
    if (!made.ok) return;
    actor.circle = made.value.circle;
    append(h.world, name, made.value.body);
    catchUp(h.world);
    byAnySteward(h, (by) =>
      planTidy(circleOf(h.world, by), actorOf(h.world, by).env, {}),
    );
  },
  succeed: (h) => {
    const by = h.random.pick([...insiders(h)]);
    const subject = h.random.pick([...insiders(h)]);
    const names = insiders(h).filter(() => h.random.bool(0.8));
    const planned = planSuccession(
      circleOf(h.world, by),
      actorOf(h.world, by).env,
      {
        memberKey: keyOf(h.world, subject),
        approvals: wordsOf(h.world, subject, names),
      },
    );
    if (planned.ok) act(h.world, by, planned);
  },
  late: (h) => {
    const name = h.random.pick([...insiders(h)]);
    const { body } = seal(h.world, name, "late");
    deeds["setRole"]?.(h);
    catchUp(h.world);
    if (actorOf(h.world, name).circle !== undefined)
      append(h.world, name, body);
  },
};

function wordsOf(
  world: World,
  subject: string,
  names: readonly string[],
): readonly Approval[] {
  const wanted = { act: "promote", subject: keyOf(world, subject) } as const;
  return names
    .map((name) => signApproval(circleOf(world, name), wanted))
    .toSorted((one, other) => one.leaf - other.leaf);
}

/** What anybody, steward or not, forges. */
const mischief: Record<string, (h: History, name: string) => void> = {
  lists: ({ world, random }, name) => {
    const { info } = circleOf(world, name);
    const stranger = random.bytes(32);
    const changed: readonly Partial<CircleInfo>[] = [
      { readers: [stranger] },
      { held: [stranger] },
      { held: [keyOf(world, name)] },
      { readers: info.stewards },
      { settings: { ...info.settings, kind: "direct" } },
      { isClosed: true, policyVersion: 0xffff_ffff },
    ];
    forgeCommit(world, name, {
      proposals: [
        infoProposal(world, name, {
          policyVersion: info.policyVersion + 1,
          ...random.pick([...changed]),
        }),
      ],
    });
  },
  exile: (h, name) => {
    const other = insiders(h).find((one) => one !== name);
    if (other === undefined) return;
    const proposals = [removeProposal(h.world, other)];
    forgeCommit(h.world, name, { proposals });
  },
  coup: (h, name) => {
    const { world, random } = h;
    const circle = circleOf(world, name);
    const approvals = wordsOf(world, name, [name]).map((one) => ({
      ...one,
      leaf: random.int(8),
    }));
    const seen = describeSeen(circle.log, currentKey(circle).tag, approvals);
    forgeCommit(world, name, {
      rawData: encodeAuthenticatedData(seen),
      proposals: [
        infoProposal(world, name, {
          stewards: [keyOf(world, name)],
          policyVersion: circle.info.policyVersion + 1,
          invites: [],
        }),
      ],
    });
  },
};

function expectOneVerdict(h: History): void {
  const lists = [...catchUp(h.world)]
    .filter(([name]) => actorOf(h.world, name).circle !== undefined)
    .map(([, outcomes]) =>
      outcomes
        .map((one) => (one.kind === "own-message" ? undefined : wordOf(one)))
        .toReversed(),
    );
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  for (let index = 0; index < longest; index++) {
    const said = lists.flatMap((list) => list[index] ?? []);
    expect(new Set(said).size).toBeLessThanOrEqual(1);
  }
  expect(isAgreed(h.world)).toBe(true);
  const infos = insiders(h).map((name) =>
    encodeHex(encodeCircleInfo(circleOf(h.world, name).info)),
  );
  expect(new Set(infos).size).toBe(1);
  const rosters = insiders(h).map((name) =>
    membersOf(circleOf(h.world, name), actorOf(h.world, name).env)
      .map((member) => `${member.name} ${member.isSteward}`)
      .join(),
  );
  expect(new Set(rosters).size).toBe(1);
}

describe("a random history of roles", () => {
  it.each([1, 2, 3, 4])(
    "[CI-70] [CI-111] [CI-122] is one to whoever was there and whoever came late (%i)",
    (seed) => {
      const random = createSeededRandom(`roles ${seed}`);
      const names = ["alice", "bob", "carol", "dave"] as const;
      const world = createWorld(`roles ${seed}`, ...names);
      const h: History = { world, random, count: 0 };
      const seen = new Set<string>();
      for (let step = 0; step < STEPS; step++) {
        const isMischief = random.bool(0.3);
        const all = isMischief ? mischief : deeds;
        const kind = random.pick(Object.keys(all));
        seen.add(kind);
        if (isMischief) mischief[kind]?.(h, random.pick([...insiders(h)]));
        else deeds[kind]?.(h);
        expectOneVerdict(h);
        expect(inRole(h, "steward").length).toBeGreaterThan(0);
      }
      expect(seen.size).toBeGreaterThan(9);
      for (const { outcomes } of world.actors.values()) {
        const ends = outcomes.filter(({ kind }) =>
          ["halted", "paused"].includes(kind),
        );
        expect(ends).toEqual([]);
      }
    },
  );
});
