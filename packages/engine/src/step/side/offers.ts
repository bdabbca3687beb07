/**
 * What came on another way than from the ordering relay (docs/spec/relays-of-a-circle.md, MV-22 to MV-25): from mirrors and out of bundles. Entries that
 * prove to stand in the log go the way of all entries; chat without a place is shown and nothing more; moves are counted.
 */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import { ed25519Verify, sha256 } from "@halqa/crypto";
import { decodeContent, isSignal, itemIdOf } from "@halqa/model";
import { entryIdOf, headToSign } from "@halqa/protocol";
import { openSection } from "../../circle/bundle.ts";
import type { Circle } from "../../circle/circle.ts";
import { peekEntry } from "../../circle/peek-entry.ts";
import { proveEntries } from "../../circle/prove-entries.ts";
import type { ChainProof } from "../../circle/prove-entries.ts";
import type {
  EntryFrame,
  HeadFrame,
  SideFrame,
} from "../../circle/side-frame.ts";
import type { CircleRecord } from "../durable.ts";
import {
  MAX_LOOSE,
  MAX_OFFERED_AT_A_PLACE,
  MAX_OFFERED_BYTES,
  MAX_OFFERED_HEADS,
  MAX_QUEUED_ENTRIES,
} from "../limits.ts";
import { entryKey } from "../log-run.ts";
import { addNote } from "../notes.ts";
import type { QueuedEntry } from "../queued.ts";
import { noOffers, setSide, sideOf } from "./side-state.ts";
import type { LooseEntry, Offers } from "./side-run.ts";
import { withEntry } from "../turn.ts";
import type { Turn } from "../turn.ts";

/** Takes a frame; nothing is believed of it. */
export function offerFrame(turn: Turn, id: string, frame: SideFrame): void {
  const circle = turn.state.durable.circles.get(id)?.circle;
  if (circle === undefined) return;
  switch (frame.frame) {
    case "entry":
      offerEntry(turn, { id, circle, frame });
      return;
    case "head":
      offerHead(turn, { id, circle, frame });
      return;
    case "move":
      addNote(turn, { note: "move", circle: id, proposed: frame.proposed });
  }
}

interface Offered<F> {
  readonly id: string;
  readonly circle: Circle;
  readonly frame: F;
}

function offerEntry(
  turn: Turn,
  { id, circle, frame }: Offered<EntryFrame>,
): void {
  const { seq, logId } = frame;
  if (!equalBytes(logId, circle.log.logId)) return;
  if (seq > 0 && seq <= circle.log.seq) return;
  if (seq > 0) keepOffer(turn, { id, circle, frame });
  showLoose(turn, { id, circle, frame });
}

function keepOffer(
  turn: Turn,
  { id, circle, frame: { seq, body } }: Offered<EntryFrame>,
): void {
  const offers = offersFor(turn, id, circle);
  const here = offers.bodies.get(seq) ?? [];
  const isKnown = here.some((one) => equalBytes(one, body));
  const isTooFar = seq > circle.log.seq + MAX_QUEUED_ENTRIES;
  if (isKnown || isTooFar || here.length >= MAX_OFFERED_AT_A_PLACE) return;
  if (offers.bytes + body.length > MAX_OFFERED_BYTES) return;
  setSide(turn, id, {
    offers: {
      ...offers,
      bodies: withEntry(offers.bodies, seq, [...here, body]),
      bytes: offers.bytes + body.length,
    },
  });
}

function offerHead(
  turn: Turn,
  { id, circle, frame }: Offered<HeadFrame>,
): void {
  const { logId, seq, head, signature } = frame;
  const { log } = circle;
  if (!equalBytes(logId, log.logId) || seq <= log.seq) return;
  const signed = headToSign(logId, { seq, head });
  if (!ed25519Verify(log.address.relayPub, signed, signature)) return;
  const offers = offersFor(turn, id, circle);
  const isKnown = offers.heads.some(
    (one) => one.seq === seq && equalBytes(one.head, head),
  );
  if (isKnown) return;
  const heads = [...offers.heads, frame].slice(-MAX_OFFERED_HEADS);
  setSide(turn, id, { offers: { ...offers, heads } });
}

function offersFor(turn: Turn, id: string, { log }: Circle): Offers {
  const { offers } = sideOf(turn.state, id);
  return equalBytes(offers.logId, log.logId)
    ? offers
    : { ...noOffers, logId: log.logId };
}

/** MV-24: a look at chat that has no place. It is one look for each body in a run. */
function showLoose(
  turn: Turn,
  { id, circle, frame: { body, logId } }: Offered<EntryFrame>,
): void {
  const { loose } = sideOf(turn.state, id);
  const key = entryKey(entryIdOf(sha256, body));
  if (loose.has(key) || loose.size >= MAX_LOOSE) return;
  const content = peekEntry(circle, turn.env, body);
  if (content === undefined || !isChat(content.bytes)) return;
  const entry: LooseEntry = { logId, body, content };
  setSide(turn, id, { loose: withEntry(loose, key, entry) });
}

function isChat(bytes: Uint8Array): boolean {
  const content = decodeContent(bytes);
  return (
    content.ok && content.value.kind === "text" && !isSignal(content.value)
  );
}

/** The id that the item will have when it counts. */
export function looseId({ content }: LooseEntry): Uint8Array {
  return itemIdOf(sha256, content.author.memberKey, content.messageId);
}

/** Takes out what proves to come next in the log. */
export function takeOffered(
  turn: Turn,
  record: CircleRecord,
): readonly QueuedEntry[] {
  const { circle, id, moves } = record;
  const { offers } = sideOf(turn.state, id);
  if (circle === undefined || offers.bodies.size === 0) return [];
  const { log, mls } = circle;
  if (!equalBytes(offers.logId, log.logId)) {
    setSide(turn, id, { offers: noOffers });
    return [];
  }
  if (!offers.bodies.has(log.seq + 1)) return [];
  const proofs: ChainProof[] = [
    ...offers.heads,
    ...moves.flatMap(({ proposed: { move }, isEnough }) =>
      isEnough &&
      move.epoch === mls.context.epoch &&
      equalBytes(move.logId, log.logId)
        ? [{ seq: move.seq, chain: move.chain }]
        : [],
    ),
  ];
  if (proofs.length === 0) return [];
  const proven = proveEntries(log, offers.bodies, proofs);
  const end = log.seq + proven.length;
  if (proven.length === 0) return [];
  const bodies = new Map([...offers.bodies].filter(([seq]) => seq > end));
  const bytes = [...bodies.values()]
    .flat()
    .reduce((sum, body) => sum + body.length, 0);
  const heads = offers.heads.filter(({ seq }) => seq > end);
  setSide(turn, id, { offers: { ...offers, bodies, heads, bytes } });
  return proven;
}

/** Forgets what has come to count, or belongs to a log that was left. Called when a circle has changed. */
export function forgetLoose(
  turn: Turn,
  id: string,
  counted: readonly Uint8Array[],
): void {
  const { loose } = sideOf(turn.state, id);
  if (loose.size === 0) return;
  const gone = new Set(counted.map(encodeBase64url));
  const left = [...loose].filter(
    ([, entry]) => !gone.has(encodeBase64url(looseId(entry))),
  );
  if (left.length < loose.size) setSide(turn, id, { loose: new Map(left) });
}

/** MV-32: a section opens when this device has come to its log. */
export function openSections(turn: Turn, record: CircleRecord): void {
  const { circle, id } = record;
  const { sections } = sideOf(turn.state, id);
  if (circle === undefined || sections.length === 0) return;
  const left = sections.filter((section) => {
    const frames = openSection(circle.log.address, section);
    for (const frame of frames ?? []) offerFrame(turn, id, frame);
    return frames === undefined;
  });
  if (left.length < sections.length) setSide(turn, id, { sections: left });
}
