/** Commands about the relays of a circle (docs/spec/relays-of-a-circle.md, MV-14, MV-7, MV-30 to MV-33; docs/spec/views.md). */
import {
  compareBytes,
  decodeBase64url,
  encodeBase64url,
  equalBytes,
} from "@halqa/bytes";
import { openSection, sealBundle, splitBundle } from "../../circle/bundle.ts";
import type { Circle } from "../../circle/circle.ts";
import { MAX_RELAYS } from "../../circle/limits.ts";
import { relationTo } from "../../circle/follow-move.ts";
import { moveFromHere, moveIdOf, signMove } from "../../circle/relay-move.ts";
import type { ProposedMove } from "../../circle/relay-move.ts";
import { isRelayUrl } from "../../circle/relay-record.ts";
import type { RelayRecord } from "../../circle/relay-record.ts";
import { relaysOf, termOf } from "../../circle/relay-term.ts";
import { isSteward } from "../../circle/roster.ts";
import { isFrozen } from "../alarms.ts";
import type { CircleRecord } from "../durable.ts";
import { addIntent } from "../intents.ts";
import type { JobContext } from "../job-context.ts";
import {
  MAX_HOMES,
  MAX_INTENTS,
  MAX_MOVES,
  MAX_SECTION_BYTES,
} from "../limits.ts";
import { sealAway } from "../outbox.ts";
import { bundleSections } from "../side/bundle-sections.ts";
import { ownWordIn, takeMove } from "../side/moves.ts";
import { isAway } from "../side/publish.ts";
import { sideOf } from "../side/side-state.ts";
import { accept, recordOf, refuse } from "./answer.ts";
import type { CommandOf, CommandOutcome } from "./answer.ts";
import type { CommandFault } from "../../views/command.ts";

const ACCESS_LENGTH = 32;

/** A relay as a person names it; undefined for one that no record could hold. */
function relayFrom(o: {
  readonly url: string;
  readonly relayPub: string;
  readonly access?: string;
}): RelayRecord | undefined {
  const relayPub = keyFrom(o.relayPub);
  const access = o.access === undefined ? undefined : keyFrom(o.access);
  const isWhole = o.access === undefined || access !== undefined;
  if (relayPub === undefined || !isWhole || !isRelayUrl(o.url))
    return undefined;
  return { url: o.url, relayPub, access };
}

function keyFrom(text: string): Uint8Array | undefined {
  const key = decodeBase64url(text);
  return key.ok && key.value.length === ACCESS_LENGTH ? key.value : undefined;
}

/** Where new circles are founded, from now on. */
export function setHomeRelay(
  { state }: JobContext,
  command: CommandOf<"set-home-relay">,
): CommandOutcome {
  const relay = relayFrom(command);
  if (relay === undefined) return refuse("bad-relay");
  const { durable } = state;
  const { root } = durable;
  // EN-28: another key under a known address is not taken, whoever names it.
  const pinned = root.homes.find(({ url }) => url === relay.url);
  if (pinned !== undefined && !equalBytes(pinned.relayPub, relay.relayPub))
    return refuse("bad-relay");
  const others = root.homes.filter(({ url }) => url !== relay.url);
  const homes = [...others, relay].slice(-MAX_HOMES);
  return {
    value: { kind: "done" },
    durable: { ...durable, root: { ...root, homes, home: relay.url } },
  };
}

interface MemberOf {
  readonly record: CircleRecord;
  readonly circle: Circle;
}

function asMember(context: JobContext, id: string): MemberOf | CommandFault {
  const record = recordOf(context, id);
  if (record === undefined) return "unknown-circle";
  const { circle, desk } = record;
  if (circle === undefined || desk.place !== "in") return "not-a-member";
  return circle.info.isClosed ? "closed" : { record, circle };
}

export function changeRelays(
  context: JobContext,
  command: CommandOf<"add-relay" | "remove-relay">,
): CommandOutcome {
  const found = asMember(context, command.circle);
  if (typeof found === "string") return refuse(found);
  const { record, circle } = found;
  if (!isSteward(circle)) return refuse("not-a-steward");
  if (record.intents.length >= MAX_INTENTS) return refuse("outbox-full");
  const relays = relaysOf(circle);
  if (command.command === "add-relay") {
    const relay = relayFrom(command);
    if (relay === undefined) return refuse("bad-relay");
    const isNew = !relays.some((one) =>
      equalBytes(one.relayPub, relay.relayPub),
    );
    if (isNew && relays.length >= MAX_RELAYS) return refuse("bad-number");
    const wish = { what: "add", relay } as const;
    return accept(context, addIntent(record, { act: "relays", relays: wish }));
  }
  const key = keyFrom(command.relayPub);
  const relay = relays.find(
    ({ relayPub }) => key !== undefined && equalBytes(relayPub, key),
  );
  if (relay === undefined) return refuse("bad-relay");
  if (relays.length === 1) return refuse("last-relay");
  const wish = { what: "remove", relay } as const;
  return accept(context, addIntent(record, { act: "relays", relays: wish }));
}

/**
 * MV-14: a steward's commit does it, which waits where nothing tells that the relay is away rather than this device; else
 * the word of many. Others learn of a word at mirrors, so that one of somebody who is merely offline leaves them behind.
 */
export function proposeMove(
  context: JobContext,
  command: CommandOf<"propose-move">,
): CommandOutcome {
  const found = asMember(context, command.circle);
  if (typeof found === "string") return refuse(found);
  const { record, circle } = found;
  const relay = relayFrom(command);
  if (relay === undefined) return refuse("bad-relay");
  const { relayPub } = circle.log.address;
  if (equalBytes(relay.relayPub, relayPub)) return refuse("nothing-to-do");
  const isGone = isFrozen(record) || isAway(context.state, record);
  if (!isGone && command.without !== true) {
    if (!isSteward(circle)) return refuse("not-a-steward");
    if (record.intents.length >= MAX_INTENTS) return refuse("outbox-full");
    const wish = { what: "first", relay } as const;
    return accept(context, addIntent(record, { act: "relays", relays: wish }));
  }
  return giveWord(context, found, {
    move: moveFromHere(circle, relay),
    words: [],
  });
}

/** MV-8: only from exactly there, and in one term for no second move but one that would overcome the first. */
export function approveMove(
  context: JobContext,
  command: CommandOf<"approve-move">,
): CommandOutcome {
  const found = asMember(context, command.circle);
  if (typeof found === "string") return refuse(found);
  const { record, circle } = found;
  const known = record.moves.find(
    ({ proposed }) => encodeBase64url(moveIdOf(proposed.move)) === command.move,
  );
  if (known === undefined) return refuse("unknown-request");
  if (relationTo(circle, known.proposed.move) !== "here")
    return refuse("not-there");
  return giveWord(context, found, known.proposed);
}

function giveWord(
  context: JobContext,
  { record, circle }: MemberOf,
  proposed: ProposedMove,
): CommandOutcome {
  const { move } = proposed;
  const before = ownWordIn(record, termOf(circle) + 1);
  if (before !== undefined) {
    const order = compareBytes(moveIdOf(move), moveIdOf(before.proposed.move));
    if (order === 0) return refuse("nothing-to-do");
    if (order > 0) return refuse("already-moving");
  } else if (record.moves.length >= MAX_MOVES) {
    return refuse("outbox-full");
  }
  const word = signMove(circle, move);
  const words = [
    ...proposed.words.filter(({ leaf }) => leaf !== word.leaf),
    word,
  ].toSorted((a, b) => a.leaf - b.leaf);
  return accept(context, takeMove(context.env, record, { move, words }), {
    kind: "move",
    move: encodeBase64url(moveIdOf(move)),
  });
}

/** MV-30: what this run has read of the circle's logs, and by choice what waits to be sent. */
export function exportBundle(
  context: JobContext,
  command: CommandOf<"export-bundle">,
): CommandOutcome {
  const found = asMember(context, command.circle);
  if (typeof found === "string") return refuse(found);
  const since = command.since ?? 0;
  if (!Number.isSafeInteger(since) || since < 0) return refuse("bad-number");
  // Rule A11: the one thing that is sealed without having caught up, because its person wants it.
  const record =
    command.outbox === true && !isFrozen(found.record)
      ? sealAway(context.env, found.record)
      : found.record;
  const sections = bundleSections(context.state, record, {
    since,
    hasOutbox: command.outbox === true,
  });
  if (sections.every(({ frames }) => frames.length === 0))
    return refuse("nothing-to-do");
  const bundle = sealBundle(sections, context.env.random);
  return accept(context, record === found.record ? undefined : record, {
    kind: "bundle",
    bundle,
  });
}

/** MV-31: nothing of a bundle is believed; it goes the way of what mirrors hold. */
export function importBundle(
  context: JobContext,
  command: CommandOf<"import-bundle">,
): CommandOutcome {
  const sections = splitBundle(command.bundle);
  if (sections === undefined) return refuse("bad-bundle");
  const circles = [...context.state.durable.circles.values()].filter(
    ({ circle, desk }) => circle !== undefined && desk.place === "in",
  );
  const opened = circles.find((record) => opensHere(record, sections));
  if (opened === undefined) return refuse("unknown-bundle");
  const waiting = sideOf(context.state, opened.id).sections;
  const bytes = [...waiting, ...sections].reduce(
    (sum, section) => sum + section.length,
    0,
  );
  if (bytes > MAX_SECTION_BYTES) return refuse("outbox-full");
  const { durable } = context.state;
  return {
    value: { kind: "circle", circle: opened.id },
    durable,
    after: [{ after: "sections", circle: opened.id, sections }],
  };
}

function opensHere(
  { circle }: CircleRecord,
  sections: readonly Uint8Array[],
): boolean {
  return (
    circle !== undefined &&
    sections.some(
      (section) => openSection(circle.log.address, section) !== undefined,
    )
  );
}
