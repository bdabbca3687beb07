/**
 * Named actors in one circle, for tests, with real MLS: logs in memory that keep what is appended in order, actors who read
 * them, and the small steps (invite, ask, let in, say, remove) of which stories are made.
 */
import { encodeHex, encodeUtf8 } from "@halqa/bytes";
import { ed25519PublicKey, ready } from "@halqa/crypto";
import * as mls from "@halqa/mls";
import { createSeededRandom } from "@halqa/testkit";
import type { SeededRandom } from "@halqa/testkit";
import type { Circle, CircleEnv } from "../circle.ts";
import type { EntryOutcome } from "../entry-outcome.ts";
import { finishJoin } from "../finish-join.ts";
import { foundCircle } from "../found.ts";
import {
  createInviteLink,
  decodeInviteLink,
  encodeInviteLink,
} from "../invite-link.ts";
import { createInvite } from "../invite.ts";
import { inviteKeys } from "../invite-secret.ts";
import type { Invite } from "../invite-secret.ts";
import { createJoinRequest, openJoinRequest } from "../join-request.ts";
import type { JoinRequest } from "../join-request.ts";
import type { Joining } from "../joining.ts";
import { planAdd, planInvite, planRemove } from "../plan-commit.ts";
import type { PlannedCommit } from "../plan-commit.ts";
import type { PendingAct } from "../pending-act.ts";
import { readEntry } from "../read-entry.ts";
import type { RelayRecord } from "../relay-record.ts";
import { sealContent } from "../seal-content.ts";
import type { SealedEntry } from "../seal-content.ts";
import type { CircleKind } from "../settings.ts";
import { buildJoinerWelcome, openWelcome } from "../welcome.ts";
import type { JoinerWelcomes } from "../welcome.ts";

await ready;

export interface Actor {
  readonly name: string;
  readonly env: CircleEnv;
  readonly random: SeededRandom;
  readonly identitySeed: Uint8Array;
  circle: Circle | undefined;
  pendings: readonly PendingAct[];
  /** What came of the entries read, in order. */
  outcomes: readonly EntryOutcome[];
  /** Built when own acts won. */
  welcomes: readonly JoinerWelcomes[];
}

export interface World {
  readonly random: SeededRandom;
  readonly actors: Map<string, Actor>;
  /** Entries by log id; the first has sequence 1. */
  readonly logs: Map<string, readonly Uint8Array[]>;
  readonly relay: RelayRecord;
}

type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown };

let worldsMade = 0;

/** The clock of all tests, in seconds. */
export const NOW = 1_800_000_000;
export const TODAY: number = Math.floor(NOW / 86_400);

/** A circle of the founder, with the others let in one after the other. */
export function createWorld(
  seed: string,
  founder: string,
  ...others: readonly string[]
): World {
  return createWorldOf("circle", seed, [founder, ...others]);
}

/** A circle of two, its second one let in. */
export function createDirectWorld(
  seed: string,
  ...names: readonly string[]
): World {
  return createWorldOf("direct", seed, names);
}

function createWorldOf(
  kind: CircleKind,
  seed: string,
  [founder = "", ...others]: readonly string[],
): World {
  // Two worlds of one test with one seed would seal under the same keys and nonces, which the nonce watch reports.
  worldsMade++;
  const random = createSeededRandom(`circle/${seed}/${worldsMade}`);
  const world: World = {
    random,
    actors: new Map(),
    logs: new Map(),
    relay: {
      url: "wss://relay.example",
      relayPub: ed25519PublicKey(random.bytes(32)),
      access: undefined,
    },
  };
  const actor = actorOf(world, founder);
  actor.circle = foundCircle(actor.env, {
    identitySeed: actor.identitySeed,
    name: "Bread and roses",
    memberName: founder,
    kind,
    relay: world.relay,
    sendId: actor.random.bytes(32),
    now: NOW,
  });
  if (others.length > 0) {
    const invite = makeInvite(world, founder, others.length);
    for (const name of others) join(world, founder, { name, invite });
  }
  return world;
}

export function actorOf(world: World, name: string): Actor {
  const known = world.actors.get(name);
  if (known !== undefined) return known;
  const random = world.random.fork(name);
  const actor: Actor = {
    name,
    env: { mls, random: random.bytes },
    random,
    identitySeed: random.bytes(32),
    circle: undefined,
    pendings: [],
    outcomes: [],
    welcomes: [],
  };
  world.actors.set(name, actor);
  return actor;
}

export function circleOf(world: World, name: string): Circle {
  const { circle } = actorOf(world, name);
  if (circle === undefined) throw new Error(`${name} is in no circle`);
  return circle;
}

export function keyOf(world: World, name: string): Uint8Array {
  return circleOf(world, name).memberKey;
}

/** Puts a body at the end of the log that an actor takes for the current one. */
export function append(world: World, name: string, body: Uint8Array): void {
  appendTo(world, circleOf(world, name).log.logId, body);
}

export function appendTo(
  world: World,
  logId: Uint8Array,
  body: Uint8Array,
): void {
  const key = encodeHex(logId);
  world.logs.set(key, [...(world.logs.get(key) ?? []), body]);
}

/** Lets all actors, or those named, read to the end. Gives what came of the new entries, by name. */
export function catchUp(
  world: World,
  ...names: readonly string[]
): ReadonlyMap<string, readonly EntryOutcome[]> {
  const who = names.length > 0 ? names : [...world.actors.keys()];
  return new Map(
    who.map((name) => [name, readAll(world, actorOf(world, name))]),
  );
}

function readAll(world: World, actor: Actor): readonly EntryOutcome[] {
  const fresh: EntryOutcome[] = [];
  for (;;) {
    const { circle } = actor;
    if (circle === undefined) break;
    const { logId, seq } = circle.log;
    const body = world.logs.get(encodeHex(logId))?.[seq];
    if (body === undefined) break;
    const outcome = readEntry(circle, actor.env, {
      logId,
      seq: seq + 1,
      body,
      pendings: actor.pendings,
    });
    fresh.push(outcome);
    adopt(actor, outcome);
    if (outcome.kind === "halted" || outcome.kind === "paused") break;
  }
  actor.outcomes = [...actor.outcomes, ...fresh];
  return fresh;
}

function adopt(actor: Actor, outcome: EntryOutcome): void {
  if (outcome.kind === "removed") actor.circle = undefined;
  if (!("circle" in outcome)) return;
  actor.circle = outcome.circle;
  if (outcome.kind !== "commit") return;
  actor.pendings = [];
  const { won } = outcome.commit;
  if (won === undefined || won.joiners.length === 0) return;
  const built = expectOk(buildJoinerWelcome(outcome.circle, actor.env, won));
  actor.welcomes = [...actor.welcomes, built];
}

/** Seals text, which nobody sees yet. */
export function seal(world: World, name: string, text: string): SealedEntry {
  const actor = actorOf(world, name);
  const sealed = expectOk(
    sealContent(circleOf(world, name), actor.env, {
      messageId: actor.random.bytes(16),
      minute: Math.floor(NOW / 60),
      content: encodeUtf8(text),
    }),
  );
  actor.circle = sealed.circle;
  return sealed;
}

/** Seals text and appends it. */
export function say(world: World, name: string, text: string): SealedEntry {
  const sealed = seal(world, name, text);
  append(world, name, sealed.body);
  return sealed;
}

/** Keeps a planned act and appends its entry. */
export function act(
  world: World,
  name: string,
  planned: Checked<PlannedCommit>,
): PlannedCommit {
  const actor = actorOf(world, name);
  const made = expectOk(planned);
  actor.circle = made.circle;
  actor.pendings = [...actor.pendings, made.pending];
  append(world, name, made.body);
  return made;
}

/** Makes an invite and records it. */
export function makeInvite(
  world: World,
  name: string,
  maxUses: number,
): Invite {
  const { env } = actorOf(world, name);
  const circle = circleOf(world, name);
  const invite = createInvite(circle, env, TODAY + 7);
  const { invitePub } = inviteKeys(invite);
  const record = { invitePub, maxUses, auto: undefined };
  act(world, name, planInvite(circle, env, { invite: record }));
  catchUp(world);
  return invite;
}

/** Asks with the link of the invite. */
export function ask(
  world: World,
  by: string,
  o: { readonly name: string; readonly invite: Invite },
): { readonly joining: Joining; readonly box: Uint8Array } {
  const { env } = actorOf(world, by);
  const link = createInviteLink(circleOf(world, by), env, {
    invite: o.invite,
    isAuto: false,
  });
  const actor = actorOf(world, o.name);
  return createJoinRequest(actor.env, {
    link: expectOk(decodeInviteLink(encodeInviteLink(link))),
    identitySeed: actor.identitySeed,
    memberName: o.name,
    relay: world.relay,
    sendId: actor.random.bytes(32),
    now: NOW,
  });
}

/** Opens a request as the steward. */
export function open(
  world: World,
  by: string,
  o: { readonly invite: Invite; readonly box: Uint8Array },
): JoinRequest {
  const { env } = actorOf(world, by);
  return expectOk(openJoinRequest(circleOf(world, by), env, o));
}

/** Asks, lets in and joins. */
export function join(
  world: World,
  by: string,
  o: { readonly name: string; readonly invite: Invite },
): void {
  const { joining, box } = ask(world, by, o);
  const request = open(world, by, { invite: o.invite, box });
  const { env } = actorOf(world, by);
  const requests = [request];
  act(world, by, planAdd(circleOf(world, by), env, { requests, now: NOW }));
  catchUp(world);
  enter(world, by, { name: o.name, joining });
}

/** Joins by the newest Welcome of the steward. */
export function enter(
  world: World,
  by: string,
  o: { readonly name: string; readonly joining: Joining },
): void {
  const actor = actorOf(world, o.name);
  const { blob, box } = welcomeFor(world, by, o.joining);
  const opened = expectOk(openWelcome(o.joining, box));
  actor.circle = expectOk(
    finishJoin(o.joining, actor.env, { opened, parts: blob.parts }),
  );
  catchUp(world, o.name);
}

/** The newest Welcome of the steward, for this joiner. */
export function welcomeFor(world: World, by: string, { memberKey }: Joining) {
  const welcomes = actorOf(world, by).welcomes.at(-1);
  const found = welcomes?.boxes.find(
    ({ joiner }) => encodeHex(joiner.memberKey) === encodeHex(memberKey),
  );
  if (welcomes === undefined || found === undefined)
    throw new Error(`no Welcome of ${by}`);
  return { blob: welcomes.blob, box: found.box };
}

/** Removes members; all read it. */
export function remove(
  world: World,
  by: string,
  ...names: readonly string[]
): void {
  const { env } = actorOf(world, by);
  const memberKeys = names.map((name) => keyOf(world, name));
  act(world, by, planRemove(circleOf(world, by), env, { memberKeys }));
  catchUp(world);
}

/** True when all who are in the circle are in one epoch and at one place of one log. */
export function isAgreed(world: World): boolean {
  const places = [...world.actors.values()].flatMap(({ circle }) =>
    circle === undefined
      ? []
      : [
          [
            encodeHex(mls.epochAuthenticator(circle.mls)),
            encodeHex(circle.log.logId),
            circle.log.seq,
            encodeHex(circle.log.relayHead),
            encodeHex(circle.log.origin),
          ].join("/"),
        ],
  );
  return new Set(places).size === 1;
}

/** The value of a result that a test relies on. */
export function expectOk<T>(result: Checked<T>): T {
  if (!result.ok) throw new Error(`not ok: ${JSON.stringify(result.error)}`);
  return result.value;
}

/** An outcome in few words. */
export function wordOf(outcome: EntryOutcome | undefined): string {
  if (outcome === undefined) return "nothing";
  if (outcome.kind === "content")
    return `${outcome.content.author.name}: ${new TextDecoder().decode(outcome.content.bytes)}`;
  if (!("reason" in outcome)) return outcome.kind;
  return "detail" in outcome && outcome.detail !== undefined
    ? `${outcome.kind} ${outcome.reason} (${outcome.detail})`
    : `${outcome.kind} ${outcome.reason}`;
}

/** What came of new entries, in few words, by name. */
export function words(
  outcomes: ReadonlyMap<string, readonly EntryOutcome[]>,
): Record<string, readonly string[]> {
  return Object.fromEntries(
    [...outcomes].map(([name, list]) => [name, list.map(wordOf)]),
  );
}
