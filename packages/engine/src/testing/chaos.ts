/**
 * Random histories in a world of engines: people talk, ask, are let in and removed, while devices are dropped, go offline,
 * run out of disk and the relay starts again. Afterwards everything is healed, and all have to agree.
 */
import { createSeededRandom } from "@halqa/testkit";
import type { SeededRandom } from "@halqa/testkit";
import type { Command } from "../views/command.ts";
import type { CircleView, TimelineItem } from "../views/view.ts";
import { heal } from "./crash-story.ts";
import {
  advance,
  begin,
  createWorld,
  deviceOf,
  settle,
  setOnline,
  tryLook,
} from "./world.ts";
import type { World } from "./world.ts";

export interface Chaos {
  readonly world: World;
  readonly random: SeededRandom;
  circle: string;
  /** Texts whose sending was granted, and by whom. */
  readonly granted: Map<string, string>;
  /** Who was removed at some time. */
  readonly removed: Set<string>;
  said: number;
  readonly log: (line: string) => void;
}

const NAMES = ["alice", "bob", "carol", "dave"] as const;

/** Runs a history of so many acts and heals it. Throws where people disagree or something is lost or doubled. */
export function runChaos(
  seed: number,
  acts: number,
  log: (line: string) => void = () => {},
): Chaos {
  const random = createSeededRandom(`chaos/${seed}`);
  const world = createWorld(`chaos/${seed}`, ...NAMES);
  const chaos: Chaos = {
    world,
    random,
    circle: "",
    granted: new Map(),
    removed: new Set(),
    said: 0,
    log,
  };
  for (const name of NAMES) give(chaos, name, { command: "set-profile", name });
  give(chaos, "alice", {
    command: "found-circle",
    name: "Bread and roses",
    memberName: "alice",
  });
  chaos.circle =
    tryLook(world, "alice", { query: "app" })?.circles[0]?.circle ?? "";
  give(chaos, "alice", {
    command: "create-invite",
    circle: chaos.circle,
    maxUses: 100,
    days: 7,
  });
  for (let act = 0; act < acts; act++) {
    for (const name of NAMES) maybeDrop(chaos, name);
    doSomething(chaos);
    if (random.bool(0.5)) advance(world, random.int(40_000));
    if (random.bool(0.6)) heal(world);
  }
  healAll(chaos);
  return chaos;
}

function maybeDrop({ world, random }: Chaos, name: string): void {
  const device = deviceOf(world, name);
  if (device.isRunning && random.bool(0.1))
    device.crashAt = device.effects + 1 + random.int(12);
}

function doSomething(chaos: Chaos): void {
  const { random } = chaos;
  const name = random.pick(NAMES);
  const acts: readonly (() => void)[] = [
    () => speak(chaos, name),
    () => speak(chaos, name),
    () => speak(chaos, name),
    () => speak(chaos, name),
    () => react(chaos, name),
    () => askToJoin(chaos, name),
    () => askToJoin(chaos, name),
    () => approve(chaos),
    () => approve(chaos),
    () => remove(chaos),
    () => disturb(chaos, name),
  ];
  random.pick(acts)();
}

/** A command of somebody whose device runs; true when it was granted. */
function give(chaos: Chaos, name: string, command: Command): boolean {
  const { world } = chaos;
  if (!deviceOf(world, name).isRunning) return false;
  const id = begin(world, name, command);
  settle(world);
  const reply = deviceOf(world, name).replies.get(id);
  chaos.log(
    `${name} ${JSON.stringify(command).slice(0, 120)} ${JSON.stringify(reply)?.slice(0, 60) ?? "-"}`,
  );
  return reply?.ok === true;
}

function speak(chaos: Chaos, name: string): void {
  const { circle } = chaos;
  const text = `${name} ${chaos.said++}`;
  if (give(chaos, name, { command: "send", circle, text }))
    chaos.granted.set(text, name);
}

function react(chaos: Chaos, name: string): void {
  const { circle, random } = chaos;
  const messages = itemsOf(chaos, name).filter(
    ({ item }) => item === "message",
  );
  if (messages.length === 0) return;
  const target = random.pick(messages).id;
  const emoji = random.pick(["👍", "❤️", ""]);
  give(chaos, name, { command: "react", circle, target, emoji });
}

function askToJoin(chaos: Chaos, name: string): void {
  const link = viewOf(chaos, "alice")?.invites.find(
    ({ state }) => state === "open",
  )?.link;
  if (name === "alice" || link === undefined) return;
  give(chaos, name, { command: "request-join", link, memberName: name });
}

function approve(chaos: Chaos): void {
  const { circle } = chaos;
  for (const { id, state } of viewOf(chaos, "alice")?.requests ?? []) {
    if (state === "asking")
      give(chaos, "alice", { command: "approve", circle, request: id });
  }
}

function remove(chaos: Chaos): void {
  const { circle, random } = chaos;
  const others = viewOf(chaos, "alice")?.members.filter(({ own }) => !own);
  if (others === undefined || others.length < 2 || random.bool(0.6)) return;
  const { member, name } = random.pick(others);
  // Also where no answer comes: what was stored is done.
  chaos.removed.add(name);
  give(chaos, "alice", { command: "remove-member", circle, member });
}

function disturb({ world, random }: Chaos, name: string): void {
  const device = deviceOf(world, name);
  const fault = random.int(4);
  if (fault === 0) {
    world.relay.restart();
    settle(world);
  } else if (fault === 1 && device.isRunning) {
    setOnline(world, name, false);
  } else if (fault === 2) {
    device.isOnline = true;
  } else {
    device.isDiskFull = !device.isDiskFull;
  }
}

/** Everything works again, and time enough passes. */
function healAll({ world }: Chaos): void {
  for (const name of NAMES) {
    const device = deviceOf(world, name);
    device.crashAt = undefined;
    device.isDiskFull = false;
    device.isOnline = true;
  }
  for (let round = 0; round < 6; round++) {
    heal(world);
    advance(world, 200_000);
  }
}

export function viewOf(
  { world, circle }: Chaos,
  name: string,
): CircleView | undefined {
  return tryLook(world, name, { query: "circle", circle });
}

export function itemsOf(
  { world, circle }: Chaos,
  name: string,
): readonly TimelineItem[] {
  const query = { query: "timeline", circle, limit: 2_000 } as const;
  return tryLook(world, name, query)?.items ?? [];
}

/** What is wrong with the world after healing; nothing, one hopes. */
export function faultsOf(chaos: Chaos): readonly string[] {
  const members = NAMES.filter(
    (name) => summaryOf(chaos, name)?.standing === "member",
  );
  return [
    ...rosterFaults(chaos, members),
    ...members.flatMap((name) => listFaults(chaos, name)),
    ...lossesOf(chaos),
  ];
}

function summaryOf(
  chaos: Chaos,
  name: string,
): CircleView["summary"] | undefined {
  return viewOf(chaos, name)?.summary;
}

/** Who is in takes itself for a member, and nobody else does. */
function rosterFaults(
  chaos: Chaos,
  members: readonly string[],
): readonly string[] {
  const roster = viewOf(chaos, "alice")?.members.map(({ name }) => name) ?? [];
  return [
    ...members
      .filter((name) => !roster.includes(name))
      .map((name) => `${name} takes itself for a member`),
    ...roster
      .filter((name) => !members.includes(name))
      .map(
        (name) =>
          `${name} is in and ${summaryOf(chaos, name)?.standing ?? "nowhere"}`,
      ),
  ];
}

function listFaults(chaos: Chaos, name: string): readonly string[] {
  // Who was out for a while has not seen what the others did with older messages meanwhile.
  const wasOut = chaos.removed.has(name);
  const all = linesOf(itemsOf(chaos, "alice"), wasOut);
  const lines = linesOf(itemsOf(chaos, name), wasOut);
  const summary = summaryOf(chaos, name);
  const checks: readonly (readonly [boolean, string])[] = [
    [new Set(lines).size === lines.length, "has something twice"],
    [
      isPartInOrder(lines, all),
      `has another list: ${lines.join()} / ${all.join()}`,
    ],
    [summary?.alarms.length === 0, "is alarmed"],
    [summary?.queued === 0, "has something queued"],
  ];
  return checks.flatMap(([isFine, fault]) =>
    isFine ? [] : [`${name} ${fault}`],
  );
}

/** What was granted is there; removal erases what was not sent. */
function lossesOf(chaos: Chaos): readonly string[] {
  const all = linesOf(itemsOf(chaos, "alice"), true);
  return [...chaos.granted].flatMap(([text, name]) =>
    all.includes(`${text} `) || chaos.removed.has(name)
      ? []
      : [`lost: ${text}`],
  );
}

/** Messages with their reactions, as text. */
function linesOf(
  items: readonly TimelineItem[],
  isBare: boolean,
): readonly string[] {
  return items.flatMap((item) => {
    if (item.item !== "message") return [];
    if (isBare) return [`${item.text} `];
    const reactions = item.reactions.map(
      ({ emoji, people }) =>
        `${emoji}${people
          .map(({ name }) => name)
          .toSorted()
          .join("+")}`,
    );
    return [`${item.text} ${reactions.toSorted().join(" ")}`];
  });
}

/** Who came later, or was away, has a part of the list, in its order. */
function isPartInOrder(
  part: readonly string[],
  whole: readonly string[],
): boolean {
  let at = 0;
  for (const line of whole) if (line === part[at]) at++;
  return at === part.length;
}
