// Delivery of what is new (docs/spec/relay.md, "Delivery"): at once, or on a tick and in mixed order. On a tick, all that
// has become durable since the last one leaves together and in an order drawn at random, so that neither the moment nor
// the order in which frames leave tells which connection's entry is in which of them. Each log and inbox keeps its own
// order.

import { assertInvariant } from "@halqa/bytes";
import { packFrames, type RelayCommand } from "@halqa/protocol";
import type { ConnectionId } from "./event.ts";
import { delivery } from "./followers.ts";
import { signHead } from "./proof.ts";
import { noteNews } from "./devices.ts";
import {
  DELIVERY_WORK,
  HEAD_WORK,
  MAX_DUE_BYTES,
  PUSH_WORK,
} from "./relay-limits.ts";
import type {
  Batch,
  Feed,
  Follower,
  Leaving,
  RelayState,
} from "./relay-state.ts";
import { shuffle } from "./shuffle.ts";
import type { StoredBody } from "./store.ts";
import type { Turn } from "./turn.ts";

interface Addition extends StoredBody {
  readonly head: Uint8Array | undefined;
}

/** Frames that the same connections get, in order. */
interface Stream {
  readonly to: readonly ConnectionId[];
  readonly frames: readonly Uint8Array[];
}

/** Notes what was added to a feed, for those who follow it and those who are to be woken. */
export function note({ state }: Turn, key: string, added: Addition): void {
  noteNews(state, key);
  const feed = state.feeds.get(key);
  if (feed === undefined) return;
  let batch = state.due.get(feed);
  if (batch === undefined) {
    batch = { bodies: [], head: undefined };
    state.due.set(feed, batch);
  }
  const { seq, body, head } = added;
  const last = batch.bodies.at(-1);
  assertInvariant(
    last === undefined || last.seq + 1 === seq,
    "the store answers in the order of its sequences",
  );
  batch.bodies.push({ seq, body });
  batch.head = head;
  state.dueBytes += body.length;
}

/** Delivers what has become durable, unless it is to wait for the tick. */
export function deliverWhatMay(turn: Turn): void {
  const { env, state } = turn;
  const mustWait =
    env.delivery === "on-tick" && state.dueBytes <= MAX_DUE_BYTES;
  if (!mustWait) deliverDue(turn);
}

/** Begins to deliver all that is due. */
export function deliverDue(turn: Turn): void {
  const { env, state } = turn;
  const feeds = [...state.due.keys()];
  // Which of them leave in the first part is drawn as well.
  if (env.delivery === "on-tick") shuffle(feeds, env.random);
  for (const feed of feeds) {
    const batch = state.due.get(feed);
    state.due.delete(feed);
    if (batch !== undefined) state.leaving.push({ feed, batch });
  }
  deliverSome(turn);
}

/** Others have had their turn. */
export function goOn(turn: Turn): void {
  turn.state.isAgainAsked = false;
  deliverSome(turn);
}

/**
 * Delivers a part of what is on its way out, no larger than others can wait for, and asks to go on with the rest: the same
 * frames for all who wait for the same sequence. Where too much waits, all of it leaves.
 */
function deliverSome(turn: Turn): void {
  const { env, state } = turn;
  const streams: Stream[] = [];
  let left = state.dueBytes > MAX_DUE_BYTES ? Infinity : DELIVERY_WORK;
  for (let part = takePart(state, left); part; part = takePart(state, left)) {
    left -= part.work;
    streams.push(...streamsOf(turn, part.feed, part.batch));
  }
  if (state.leaving.length > 0 && !state.isAgainAsked) {
    state.isAgainAsked = true;
    turn.agains.push({ t: "again" });
  }
  const order = streams.flatMap((stream, i) => stream.frames.map(() => i));
  if (env.delivery === "on-tick") shuffle(order, env.random);
  const sent = streams.map(() => 0);
  for (const i of order) {
    const { to, frames } = streams[i]!;
    turn.sends.push({ t: "send", to, frame: frames[sent[i]!]! });
    sent[i]! += 1;
  }
}

/** The next of what is on its way out, or as much of its beginning as can be done with the work that is left. */
function takePart(
  state: RelayState,
  left: number,
): (Leaving & { readonly work: number }) | undefined {
  const [next] = state.leaving;
  if (next === undefined || left <= HEAD_WORK) return undefined;
  const { feed, batch } = next;
  const perBody = 1 + feed.followers.size * PUSH_WORK;
  const fit = Math.max(1, Math.floor((left - HEAD_WORK) / perBody));
  const isWhole = batch.bodies.length <= fit;
  const bodies = isWhole ? batch.bodies : batch.bodies.splice(0, fit);
  if (isWhole) state.leaving.shift();
  for (const { body } of bodies) state.dueBytes -= body.length;
  // The signed head follows the last part.
  const part = isWhole ? batch : { bodies, head: undefined };
  return { feed, batch: part, work: HEAD_WORK + bodies.length * perBody };
}

function streamsOf(turn: Turn, feed: Feed, batch: Batch): readonly Stream[] {
  const { bodies, head } = batch;
  const [first, last] = [bodies[0]?.seq, bodies.at(-1)?.seq];
  if (first === undefined || last === undefined) return [];
  const waitingFor = new Map<number, Follower[]>();
  for (const follower of feed.followers.values()) {
    const { isLive, next } = follower;
    // Behind: the pages bring it. Past: a page has brought it.
    if (!isLive || next > last) continue;
    assertInvariant(next >= first, "a live follower has all that was stored");
    const others = waitingFor.get(next);
    if (others === undefined) waitingFor.set(next, [follower]);
    else others.push(follower);
  }
  return Array.from(waitingFor, ([next, followers]) => {
    const rest = { bodies: bodies.slice(next - first), head };
    for (const follower of followers) follower.next = last + 1;
    return {
      to: followers.map((follower) => follower.conn.id),
      frames: packFrames(commandsFor(turn, feed, rest)),
    };
  });
}

function commandsFor(turn: Turn, feed: Feed, batch: Batch): RelayCommand[] {
  const commands = batch.bodies.map((body) => delivery(feed, body));
  const last = batch.bodies.at(-1);
  if (last !== undefined && batch.head !== undefined) {
    commands.push(headOf(turn, feed, { seq: last.seq, head: batch.head }));
  }
  return commands;
}

function headOf(
  turn: Turn,
  feed: Feed,
  at: { readonly seq: number; readonly head: Uint8Array },
): RelayCommand {
  const { head, signature } = signHead(turn.env, { logId: feed.id, feed }, at);
  return { type: "head", logId: feed.id, seq: at.seq, head, signature };
}
