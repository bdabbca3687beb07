/**
 * A story that survives: founding, inviting, joining, talking, removing, with one device dropped on the way. Each act is
 * repeated only where its device was dropped before it answered and nothing of it is there, as a person would.
 */
import {
  advance,
  begin,
  createWorld,
  deviceOf,
  settle,
  start,
  tryLook,
} from "./world.ts";
import type { World } from "./world.ts";
import type { Command, CommandReply } from "../views/command.ts";
import type { CircleView, Query, TimelineItem, View } from "../views/view.ts";

export interface CrashPlan {
  readonly seed: string;
  readonly device: string;
  /** Dropped after so many of its effects, counted from the beginning. */
  readonly at: number;
}

export interface Told {
  readonly world: World;
  readonly circle: string;
  readonly texts: readonly string[];
}

const NAMES = ["alice", "bob", "carol"] as const;

/** Tells the story and gives back the world at its end, healed. */
export function tellCrashStory(plan: CrashPlan): Told {
  const world = createWorld(plan.seed, ...NAMES);
  deviceOf(world, plan.device).crashAt = plan.at;
  for (const name of NAMES)
    insist(world, name, {
      command: { command: "set-profile", name },
      isDone: () => profileOf(world, name) === name,
    });
  const circle = foundOne(world);
  const link = inviteOpen(world, circle);
  for (const name of ["bob", "carol"])
    insist(world, name, {
      command: { command: "request-join", link, memberName: name },
      isDone: () => standingOf(world, name, circle) !== "nowhere",
    });
  until(world, () => requestsOf(world, circle).length === 2);
  for (const { id } of requestsOf(world, circle))
    insist(world, "alice", {
      command: { command: "approve", circle, request: id },
      isDone: () =>
        requestsOf(world, circle).every(
          (one) => one.id !== id || one.state === "approving",
        ),
    });
  until(world, () =>
    NAMES.every((name) => standingOf(world, name, circle) === "member"),
  );
  const texts = ["one", "two", "three", "four", "five", "six"];
  for (const [index, text] of texts.entries())
    sayOnce(world, NAMES[index % 3] ?? "alice", { circle, text });
  until(world, () =>
    NAMES.every((name) => hasAll(world, name, { circle, texts })),
  );
  removeCarol(world, circle);
  until(world, () => standingOf(world, "carol", circle) === "removed");
  const more = ["seven", "eight"];
  sayOnce(world, "alice", { circle, text: "seven" });
  sayOnce(world, "bob", { circle, text: "eight" });
  const all = [...texts, ...more];
  until(world, () =>
    ["alice", "bob"].every((name) =>
      hasAll(world, name, { circle, texts: all }),
    ),
  );
  return { world, circle, texts: all };
}

/** What a device shows; one that is dropped by showing it shows it when it runs again. */
export function peek<Q extends Query>(
  world: World,
  name: string,
  query: Q,
): Extract<View, { view: Q["query"] }> | undefined {
  heal(world);
  const before = deviceOf(world, name).life;
  const view = tryLook(world, name, query);
  const { isRunning, life } = deviceOf(world, name);
  return isRunning && life === before ? view : peek(world, name, query);
}

/** Starts what was dropped. */
export function heal(world: World): void {
  for (const { name, isRunning } of world.devices.values()) {
    if (!isRunning) start(world, name);
  }
  settle(world);
}

/** Lets time pass until something is so. */
export function until(world: World, isSo: () => boolean): void {
  for (let round = 0; round < 20; round++) {
    heal(world);
    if (isSo()) return;
    advance(world, 30_000);
  }
  throw new Error("it never comes to that");
}

interface Insisted {
  readonly command: Command;
  /** Whether the act is there though it was never answered. */
  readonly isDone: () => boolean;
}

/** Gives a command until it is answered, or done without an answer. */
export function insist(
  world: World,
  name: string,
  { command, isDone }: Insisted,
): CommandReply | undefined {
  for (let round = 0; round < 5; round++) {
    heal(world);
    const id = begin(world, name, command);
    settle(world);
    const reply = deviceOf(world, name).replies.get(id);
    if (reply?.ok === true) return reply;
    if (reply !== undefined)
      throw new Error(`${name}: ${command.command} gave ${reply.error}`);
    heal(world);
    if (isDone()) return undefined;
  }
  throw new Error(`${name}: ${command.command} is never answered`);
}

function sayOnce(
  world: World,
  name: string,
  { circle, text }: { readonly circle: string; readonly text: string },
): void {
  insist(world, name, {
    command: { command: "send", circle, text },
    isDone: () => textsOf(world, name, circle).includes(text),
  });
}

function foundOne(world: World): string {
  insist(world, "alice", {
    command: {
      command: "found-circle",
      name: "Bread and roses",
      memberName: "alice",
    },
    isDone: () => circlesOf(world, "alice").length > 0,
  });
  const [circle] = circlesOf(world, "alice");
  if (circle === undefined) throw new Error("a circle was founded");
  return circle;
}

function inviteOpen(world: World, circle: string): string {
  const invites = (): CircleView["invites"] =>
    peek(world, "alice", { query: "circle", circle })?.invites ?? [];
  insist(world, "alice", {
    command: { command: "create-invite", circle, maxUses: 5, days: 7 },
    isDone: () => invites().length > 0,
  });
  until(world, () => invites()[0]?.state === "open");
  return invites()[0]?.link ?? "";
}

function removeCarol(world: World, circle: string): void {
  const carol = (): string | undefined =>
    peek(world, "alice", { query: "circle", circle })?.members.find(
      ({ name }) => name === "carol",
    )?.member;
  const member = carol();
  if (member === undefined) throw new Error("carol is in");
  insist(world, "alice", {
    command: { command: "remove-member", circle, member },
    isDone: () =>
      carol() === undefined ||
      peek(world, "alice", { query: "circle", circle })?.pending.some(
        ({ act }) => act === "remove",
      ) === true,
  });
}

function profileOf(world: World, name: string): string | undefined {
  return peek(world, name, { query: "app" })?.profile?.name;
}

function circlesOf(world: World, name: string): readonly string[] {
  const view = peek(world, name, { query: "app" });
  return view?.circles.map(({ circle }) => circle) ?? [];
}

function standingOf(world: World, name: string, circle: string): string {
  const view = peek(world, name, { query: "circle", circle });
  return view?.summary.standing ?? "nowhere";
}

function requestsOf(world: World, circle: string): CircleView["requests"] {
  return peek(world, "alice", { query: "circle", circle })?.requests ?? [];
}

function itemsOf(
  world: World,
  name: string,
  circle: string,
): readonly TimelineItem[] {
  const query = { query: "timeline", circle, limit: 500 } as const;
  return peek(world, name, query)?.items ?? [];
}

export function textsOf(
  world: World,
  name: string,
  circle: string,
): readonly string[] {
  return itemsOf(world, name, circle).flatMap((item) =>
    item.item === "message" ? [item.text] : [],
  );
}

function hasAll(
  world: World,
  name: string,
  {
    circle,
    texts,
  }: { readonly circle: string; readonly texts: readonly string[] },
): boolean {
  const sent = itemsOf(world, name, circle).flatMap((item) =>
    item.item === "message" && item.ordinal !== undefined ? [item.text] : [],
  );
  return texts.every((text) => sent.includes(text));
}
