/**
 * A stage for scenarios in which one device is dropped after any of its effects (docs/spec/simulator.md, SI-14): what people
 * want is wanted until it is there, as people would, and what all devices show at the end is compared without the ids that
 * every world draws anew.
 */
import { heal, peek } from "./crash-story.ts";
import { advance, begin, deviceOf, settle } from "./world.ts";
import type { World } from "./world.ts";
import type { Command } from "../views/command.ts";
import type { CircleView, MemberView, TimelineItem } from "../views/view.ts";

/** What a device shows of the circle. */
export interface Seen {
  /** `nowhere` where it has none. */
  readonly standing: string;
  readonly view: CircleView | undefined;
  readonly items: readonly TimelineItem[];
}

export interface Stage {
  readonly world: World;
  /** Empty until somebody founds one. */
  circle: string;
}

export interface Want {
  readonly by: string;
  /** Asked for anew each time it has to be given again; undefined where nothing has to be given. */
  readonly give: () => Command | undefined;
  readonly isSo: () => boolean;
  /** Whether it is there for whoever gives it, where others see it later. */
  readonly isGiven?: () => boolean;
}

const ROUNDS = 24;
const ROUND_MS = 30_000;
const LIMIT = 500;

export function seen({ world, circle }: Stage, name: string): Seen {
  const view = peek(world, name, { query: "circle", circle });
  const list = peek(world, name, { query: "timeline", circle, limit: LIMIT });
  const standing = view?.summary.standing ?? "nowhere";
  return { standing, view, items: list?.items ?? [] };
}

/** Gives a command until what it is for is so; not again while something of the device's own is under way. */
export function want(stage: Stage, o: Want): void {
  const { world } = stage;
  const isGiven = o.isGiven ?? o.isSo;
  for (let round = 0; round < ROUNDS; round++) {
    heal(world);
    if (o.isSo()) return;
    const command = isGiven() || isBusy(stage, o.by) ? undefined : o.give();
    if (command !== undefined) {
      begin(world, o.by, command);
      settle(world);
      heal(world);
      if (o.isSo()) return;
    }
    advance(world, ROUND_MS);
  }
  throw new Error(`${o.by} never comes to it`);
}

function isBusy(stage: Stage, name: string): boolean {
  const { view } = seen(stage, name);
  return (
    view !== undefined && (view.pending.length > 0 || view.summary.queued > 0)
  );
}

export function member(stage: Stage, name: string): MemberView | undefined {
  for (const by of stage.world.devices.keys()) {
    const found = seen(stage, by).view?.members.find(
      (one) => one.name === name,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The member's key, once the name stands in somebody's list. */
export function keyOf(stage: Stage, name: string): string {
  const found = member(stage, name);
  if (found === undefined) throw new Error(`${name} is no member`);
  return found.member;
}

/** Whether something is so for each of these. */
export function all(
  stage: Stage,
  names: readonly string[],
  isSo: (seen: Seen) => boolean,
): boolean {
  return names.every((name) => isSo(seen(stage, name)));
}

/** Everything that lasts on the screens of all devices, and how much each of them did. */
export interface Ending {
  readonly facts: Readonly<Record<string, unknown>>;
  readonly effects: Readonly<Record<string, number>>;
}

export function endingOf(
  stage: Stage,
  { isAnew = false }: { readonly isAnew?: boolean | undefined } = {},
): Ending {
  const { world } = stage;
  // What devices do among themselves goes on a while after people are done.
  for (let round = 0; round < 8; round++) {
    heal(world);
    advance(world, ROUND_MS);
  }
  heal(world);
  const names = [...world.devices.keys()];
  return {
    facts: Object.fromEntries(
      names.map((name) => {
        const { changes, ...facts } = factsOf(stage, name);
        return [name, isAnew ? facts : { ...facts, changes }];
      }),
    ),
    effects: Object.fromEntries(
      names.map((name) => [name, deviceOf(world, name).effects]),
    ),
  };
}

function factsOf(
  stage: Stage,
  name: string,
): Readonly<Record<string, unknown>> {
  const { standing, view, items } = seen(stage, name);
  return {
    standing,
    name: view?.summary.name,
    role: view?.summary.role,
    closed: view?.summary.closed,
    queued: view?.summary.queued,
    alarms: view?.summary.alarms.map(({ kind }) => kind),
    pending: view?.pending.map(({ act }) => act),
    settings: view?.settings,
    held: view?.held.length,
    requests: view?.requests.map((one) => one.name),
    repairs: view?.repairs.length,
    members: view?.members.map((one) => `${one.name} ${one.role}`).toSorted(),
    items: items.filter(({ item }) => item !== "change").map(lasting),
    // Which of those who may do it lets somebody in is nobody's promise.
    changes: items
      .filter(({ item }) => item === "change")
      .map((item) => JSON.stringify(lasting({ ...item, by: undefined })))
      .toSorted(),
  };
}

/** What each world draws for itself, and what depends on when a device was there. */
const OWN_TO_A_WORLD: ReadonlySet<string> = new Set([
  "id",
  "member",
  "at",
  "ordinal",
  "late",
  "expiresAt",
]);

function lasting(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lasting);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !OWN_TO_A_WORLD.has(key))
      .map(([key, inner]) => [key, lasting(inner)]),
  );
}
