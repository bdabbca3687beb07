/**
 * What has to be done in a circle from time to time without anybody asking for it (docs/spec/engine.md, EN-120 to EN-123): a new address
 * each week, new keys for our own leaf, commits for what members proposed, and for what they gave their word to. Several
 * devices could do each of these: who waits is drawn, so that one is first and the others find it done.
 */
import { compareBytes } from "@halqa/bytes";
import { isPaused } from "../circle/circle.ts";
import type { Circle } from "../circle/circle.ts";
import { hasKey } from "../circle/key-set.ts";
import { isProposedByOthers } from "../circle/plan-role.ts";
import { proposedRemovals } from "../circle/removal-wishes.ts";
import { isSteward, membersOf } from "../circle/roster.ts";
import type { Act } from "./act.ts";
import type { CircleRecord } from "./durable.ts";
import type { StepEnv } from "./env.ts";
import { addIntent } from "./intents.ts";
import type { JobContext } from "./job-context.ts";
import { MAX_INTENTS } from "./limits.ts";
import { none } from "./none.ts";
import { isDropDue, isLeaving, isProposed, proposeOwn } from "./proposals.ts";
import { grantedPetitions } from "./petitions.ts";
import type { EngineState } from "./state.ts";
import { emit, update, withEntry } from "./turn.ts";
import type { Turn } from "./turn.ts";
import { againFrom, isDue, isRested, restFrom } from "./upkeep-clock.ts";

const CHORES = ["leave", "drop", "tidy", "succeed", "rotate", "renew"] as const;

type Chore = (typeof CHORES)[number];

const SECOND_MS = 1_000;
const LAST_RANK = 4;

/** At least and at most how long a device waits, and how much longer for each steward before it. */
const WAITS: Readonly<Record<Chore, readonly [number, number, number]>> = {
  leave: [0, 0, 0],
  drop: [0, 0, 0],
  // The next one begins when the commit of the first one has had time to come round: people wait for this.
  tidy: [3 * SECOND_MS, 6 * SECOND_MS, 6 * SECOND_MS],
  succeed: [3 * SECOND_MS, 60 * SECOND_MS, 0],
  // After new keys, so that it takes along those of all who come at one time.
  rotate: [35 * SECOND_MS, 90 * SECOND_MS, 60 * SECOND_MS],
  renew: [2 * SECOND_MS, 30 * SECOND_MS, 0],
};

/** Draws a time for what is to be done and has none, and forgets what somebody else did meanwhile. */
export function pumpChores(turn: Turn, record: CircleRecord): void {
  for (const chore of CHORES) {
    const key = keyOf(record, chore);
    const at = turn.state.chores.get(key);
    const isWanted = isWantedNow(turn.env, record, chore);
    const isDrawn = at !== undefined && !isBeyond(turn.env, chore, at);
    if (isWanted === isDrawn && isDrawn === (at !== undefined)) continue;
    const wait = isWanted ? waitFor(turn.env, record, chore) : undefined;
    const chores = withEntry(
      turn.state.chores,
      key,
      wait === undefined ? undefined : turn.env.now + wait,
    );
    update(turn, { chores });
    // The timer only wakes the machine, which then finds the chore due.
    if (wait !== undefined)
      emit(turn, { type: "timer", id: `chore ${key}`, afterMs: wait });
  }
}

/** A time that no draw gives now was drawn by a clock that has gone back since: one would wait until it is as late as it was. */
function isBeyond(env: StepEnv, chore: Chore, at: number): boolean {
  const [, most, perSteward] = WAITS[chore];
  return at > env.now + most + LAST_RANK * perSteward;
}

/** EN-128: the times at which chores are to be done, with those of a circle that are wanted as due now. */
export function hurriedChores(
  { env, state }: JobContext,
  record: CircleRecord,
): EngineState["chores"] {
  const wanted = CHORES.filter((chore) => isWantedNow(env, record, chore));
  return new Map([
    ...state.chores,
    ...wanted.map((chore) => [keyOf(record, chore), env.now] as const),
  ]);
}

/** Whether a chore is to be done now. */
export function hasChore(
  { env, state }: JobContext,
  record: CircleRecord,
): boolean {
  return CHORES.some((chore) => isReady({ env, state }, record, chore));
}

/** Makes an act or a proposal of each chore whose time has come. */
export function doChores(
  context: JobContext,
  record: CircleRecord,
): CircleRecord {
  let next = record;
  for (const chore of CHORES) {
    if (isReady(context, next, chore)) next = begin(context.env, next, chore);
  }
  if (next === record) return record;
  const { upkeep } = next.desk;
  const rested = { ...upkeep, restUntil: restFrom(context.env.now) };
  return { ...next, desk: { ...next.desk, upkeep: rested } };
}

function isReady(
  { env, state }: JobContext,
  record: CircleRecord,
  chore: Chore,
): boolean {
  const at = state.chores.get(keyOf(record, chore));
  return at !== undefined && at <= env.now && isWantedNow(env, record, chore);
}

function keyOf({ id }: CircleRecord, chore: Chore): string {
  return `${id} ${chore}`;
}

function isWantedNow(
  env: StepEnv,
  record: CircleRecord,
  chore: Chore,
): boolean {
  const { desk } = record;
  const circle = openCircle(record);
  if (circle === undefined || !isRested(desk.upkeep.restUntil, env.now))
    return false;
  switch (chore) {
    case "leave":
      return isLeaving(record) && !isProposed(record);
    case "drop":
      return isDropDue(env, record);
    case "renew":
      return isDue(desk.upkeep.renewAt, env.now) && !isProposed(record);
    case "rotate":
    case "tidy":
    case "succeed":
      return isActWanted(env, { record, circle, chore });
  }
}

/** The circle, where anything can still be done in it. */
function openCircle({ circle, desk }: CircleRecord): Circle | undefined {
  if (circle === undefined || desk.place !== "in") return undefined;
  return circle.info.isClosed || isPaused(circle) ? undefined : circle;
}

/** Where an act for it waits already, or as many acts as may, nothing is wanted. */
function isActWanted(
  env: StepEnv,
  o: {
    readonly record: CircleRecord;
    readonly circle: Circle;
    readonly chore: "rotate" | "tidy" | "succeed";
  },
): boolean {
  const { record, circle, chore } = o;
  if (record.intents.length >= MAX_INTENTS || hasAct(record, chore))
    return false;
  if (chore === "succeed") return grantedPetitions(env, record).length > 0;
  if (!isSteward(circle)) return false;
  return chore === "rotate"
    ? isDue(record.desk.upkeep.rotateAt, env.now)
    : isProposedByOthers(circle, env, (kind) => kind === "remove");
}

function hasAct(
  { intents }: CircleRecord,
  chore: "rotate" | "tidy" | "succeed",
): boolean {
  const names: readonly Act["act"][] =
    chore === "succeed" ? ["succeed", "promote"] : [chore];
  return intents.some(({ act }) => names.includes(act.act));
}

function begin(env: StepEnv, record: CircleRecord, chore: Chore): CircleRecord {
  const { circle } = record;
  if (circle === undefined) return record;
  switch (chore) {
    case "rotate":
      return addIntent(record, {
        act: "rotate",
        from: circle.info.addressNumber,
      });
    case "tidy":
      return addIntent(record, { act: "tidy" });
    case "succeed": {
      const [granted] = grantedPetitions(env, record);
      if (granted === undefined) return record;
      const act = isSteward(circle) ? "promote" : "succeed";
      return addIntent(record, { act, memberKey: granted.memberKey });
    }
    case "leave":
    case "drop":
      return proposeOwn(env, record, chore);
    case "renew":
      return renew(env, record);
  }
}

/** Once a day until a commit takes it: where many people come, epochs are short. */
function renew(env: StepEnv, record: CircleRecord): CircleRecord {
  const proposed = proposeOwn(env, record, "renew");
  const { desk } = proposed;
  const upkeep = { ...desk.upkeep, renewAt: againFrom(env.now) };
  return { ...proposed, desk: { ...desk, upkeep } };
}

/** Who is first goes round with the epochs. */
function waitFor(env: StepEnv, record: CircleRecord, chore: Chore): number {
  const [least, most, perSteward] = WAITS[chore];
  const drawn = env.random(2);
  const part = ((drawn[0] ?? 0) * 256 + (drawn[1] ?? 0)) / 0x1_0000;
  const rank =
    record.circle === undefined ? 0 : rankOf(env, record.circle, chore);
  return Math.floor(least + part * (most - least) + rank * perSteward);
}

function rankOf(env: StepEnv, circle: Circle, chore: Chore): number {
  const { info, memberKey, mls } = circle;
  // Nobody can commit the own removal: a turn of who leaves would be waited for in vain.
  const gone = chore === "tidy" ? leavers(env, circle) : none;
  const stewards = info.stewards.filter((steward) => !hasKey(gone, steward));
  const count = stewards.length;
  const at = stewards.findIndex(
    (steward) => compareBytes(steward, memberKey) === 0,
  );
  if (at < 0) return 0;
  // Whoever is last may be the only one who is there, and not for long.
  const rank = (at + Number(mls.context.epoch % BigInt(count))) % count;
  return Math.min(rank, LAST_RANK);
}

/** Members who have proposed to leave. */
function leavers(env: StepEnv, circle: Circle): readonly Uint8Array[] {
  const { own } = proposedRemovals(circle);
  return membersOf(circle, env)
    .filter(({ leaves }) => leaves.some((leaf) => own.has(leaf)))
    .map(({ memberKey }) => memberKey);
}
