/**
 * I5: whoever is removed learns nothing of what comes, whoever joins nothing of what was. I6: what was read cannot be opened
 * again with what a device still holds, now or at any earlier moment. I7: whoever has a copy of what a device held learns nothing
 * of the epochs that come once the device has new keys in the tree. Exact where crypto is symbolic; where it is real nothing is
 * asked.
 */
import { encodeBase64url, encodeHex } from "@halqa/bytes";
import { listenToTerms } from "@halqa/crypto/symbolic";
import type { EngineState } from "@halqa/engine/machine";
import * as mls from "@halqa/mls";
import type { Story } from "../story/running-story.ts";
import { SimFault } from "../world/sim.ts";
import type { Observer, SimDevice } from "../world/sim.ts";
import { movedCircles } from "./agreement.ts";
import { createTerms } from "./knowledge.ts";
import type { Terms } from "./knowledge.ts";
import { textsOf } from "./lists.ts";
import { keysOf } from "./roster.ts";

/** Somebody's hands at a moment: when it was put out, or came in. */
interface Grip {
  readonly name: string;
  readonly circle: string;
  readonly group: string;
  readonly memberKey: string;
  /** Of the group that it was in then, or is in now. */
  readonly epoch: bigint;
  readonly isOut: boolean;
  readonly held: readonly Uint8Array[];
}

/** An epoch that somebody was in. */
export interface Epoch {
  readonly circle: string;
  readonly group: string;
  readonly epoch: bigint;
  readonly key: Uint8Array;
  readonly roster: ReadonlySet<string>;
  /** The key that stands in the tree at a place. */
  readonly leafKey: (leaf: number) => Uint8Array | undefined;
}

/** Everything that a device held at a moment, while it went on. */
export interface Image {
  readonly name: string;
  readonly circle: string;
  readonly group: string;
  readonly epoch: bigint;
  readonly leaf: number;
  readonly held: readonly Uint8Array[];
  /** Of the circle alone, without lists and what waits to be sent. */
  readonly keys: readonly Uint8Array[];
  /** What it had read. */
  readonly texts: readonly string[];
}

export interface SecrecyCheck {
  readonly observer: Observer;
  readonly atEnd: () => void;
}

/** Asking what follows from thousands of terms takes a while: few stories do. */
const EVERY = 8;
const MOST_GRIPS = 3;
const MOST_IMAGES = 2;
/** Of an image, what was read before it. */
const MOST_TEXTS = 20;

export function watchSecrecy(story: Story): SecrecyCheck | undefined {
  listenToTerms(undefined);
  if (story.plan.seed % EVERY !== 0) return undefined;
  const terms = createTerms();
  listenToTerms(terms.hear);
  const epochs = new Map<string, Epoch>();
  const grips: Grip[] = [];
  const bodies: Uint8Array[] = [];
  const images = takeImages(story);
  for (const { onAppend } of story.sim.relays)
    onAppend.push((body) => bodies.push(body));
  return {
    observer: {
      onRandom: terms.hearFresh,
      onState: (device, before) => {
        for (const [id, circle] of movedCircles(device, before)) {
          const [key] = circle.epochKeys;
          if (key === undefined || story.hostile.has(device.index)) continue;
          const group = encodeHex(circle.mls.context.groupId);
          epochs.set(`${group}/${key.epoch}`, {
            circle: id,
            group,
            epoch: key.epoch,
            key: key.envelopeKey,
            roster: keysOf(circle),
            leafKey: (leaf) => mls.leafAt(circle.mls.tree, leaf)?.encryptionKey,
          });
        }
        grips.push(...newGrips(device, before));
      },
    },
    atEnd: () => {
      listenToTerms(undefined);
      if (terms.count() === 0) return;
      if (story.hostile.size === 0) checkGenerations(terms, bodies);
      for (const grip of grips.slice(0, MOST_GRIPS))
        checkGrip(grip, terms, [...epochs.values()]);
      for (const image of images) {
        checkHealed(image, terms, [...epochs.values()]);
        checkConsumed(image, terms);
      }
      const [device] = story.sim.devices.filter(
        ({ index }) => !story.hostile.has(index),
      );
      for (const image of device === undefined ? [] : imagesOf(device))
        checkConsumed(image, terms);
    },
  };
}

/** What a device holds when it is put out, and when it comes in. */
function newGrips(device: SimDevice, before: EngineState): readonly Grip[] {
  const { circles, root } = device.state.durable;
  if (circles === before.durable.circles) return [];
  const { name } = device;
  return [...circles].flatMap(([id, record]): readonly Grip[] => {
    const was = before.durable.circles.get(id);
    const wasIn = was?.desk.place === "in" ? was.circle : undefined;
    const isOut = wasIn !== undefined && record.desk.place === "removed";
    const isNew = was?.desk.place === "joining" && record.desk.place === "in";
    const circle = isOut ? wasIn : record.circle;
    if (circle === undefined || !(isOut || isNew)) return [];
    const { groupId, epoch } = circle.mls.context;
    return [
      {
        name,
        circle: id,
        group: encodeHex(groupId),
        memberKey: encodeBase64url(record.desk.memberKey),
        epoch,
        isOut,
        held: isOut
          ? bytesIn([before.durable.root, was])
          : bytesIn([root, was, record]),
      },
    ];
  });
}

/**
 * Whether it may be reached: by who is put out until the first epoch without them, which lies further on where a device reads
 * many entries at once; by who came in from then on; in any other group by whoever is in it.
 */
function isOpenTo(grip: Grip, one: Epoch, all: readonly Epoch[]): boolean {
  const { group, memberKey, epoch } = grip;
  if (one.group !== group) return one.roster.has(memberKey);
  if (!grip.isOut) return one.epoch >= epoch;
  return !all.some(
    (other) =>
      other.group === group &&
      other.epoch > epoch &&
      other.epoch <= one.epoch &&
      !other.roster.has(memberKey),
  );
}

function checkGrip(grip: Grip, terms: Terms, epochs: readonly Epoch[]): void {
  const { name, circle, held } = grip;
  const knowledge = terms.knowledgeOf(held);
  let reached = 0;
  for (const one of epochs.filter((each) => each.circle === circle)) {
    if (!knowledge.knows(one.key)) continue;
    reached++;
    if (!isOpenTo(grip, one, epochs))
      throw new SimFault(
        "I5",
        `${name} reaches epoch ${one.epoch} of ${circle.slice(0, 6)}: ${knowledge.explain(one.key)}`,
      );
  }
  // What follows from nothing shows nothing: the own epoch at least must follow.
  if (reached === 0) throw new SimFault("I5", `${name} knows no epoch at all`);
}

/** I11: no two entries in a log were sealed with one key of MLS, whatever their nonces are. */
function checkGenerations(terms: Terms, bodies: readonly Uint8Array[]): void {
  const twice = terms.sealedTwice(bodies);
  if (twice > 0)
    throw new SimFault("I11", `${twice} keys sealed two entries each`);
}

/** Copies of what devices hold, at moments in the middle of the story. */
function takeImages({ sim, plan, hostile }: Story): readonly Image[] {
  const images: Image[] = [];
  const moments = plan.happenings.filter((_, index) => index % 16 === 8);
  for (const { at, who } of moments)
    sim.agenda.after(at, () => {
      const device = sim.devices[who % sim.devices.length];
      if (device === undefined || hostile.has(device.index)) return;
      if (images.length < MOST_IMAGES) images.push(...imagesOf(device));
    });
  return images;
}

function imagesOf(device: SimDevice): readonly Image[] {
  const { root, circles } = device.state.durable;
  return [...circles].flatMap(([id, record]): readonly Image[] => {
    const { circle, outbox } = record;
    // What waits to be sent is there in plain text, and its seal may be.
    if (circle === undefined || outbox.length > 0) return [];
    const { groupId, epoch } = circle.mls.context;
    return [
      {
        name: device.name,
        circle: id,
        group: encodeHex(groupId),
        epoch,
        leaf: circle.mls.own.leafIndex,
        held: bytesIn([root, record]),
        keys: bytesIn([circle]),
        texts: textsOf(device, id).slice(-MOST_TEXTS),
      },
    ];
  });
}

/** I7: from the first epoch on in whose tree the device has a key that it did not have then. */
export function checkHealed(
  { name, circle, group, epoch, leaf, held }: Image,
  terms: Terms,
  all: readonly Epoch[],
): void {
  const later = all.filter((one) => one.group === group && one.epoch > epoch);
  const had = new Set(held.map(encodeHex));
  const healed = later.filter(({ leafKey }) => {
    const key = leafKey(leaf);
    return key === undefined || !had.has(encodeHex(key));
  });
  if (healed.length === 0) return;
  const knowledge = terms.knowledgeOf(held);
  for (const one of healed)
    if (knowledge.knows(one.key))
      throw new SimFault(
        "I7",
        `an earlier ${name} of epoch ${epoch} reaches epoch ${one.epoch} of ${circle.slice(0, 6)}: ${knowledge.explain(one.key)}`,
      );
}

/** I6: with the keys of then, what had been read stays closed. */
function checkConsumed(
  { name, keys, texts }: Pick<Image, "name" | "keys" | "texts">,
  terms: Terms,
): void {
  if (texts.length === 0) return;
  const knowledge = terms.knowledgeOf(keys);
  for (const text of texts) {
    const sealed = terms.keysOver(new TextEncoder().encode(text));
    if (sealed.length > 0 && sealed.every((key) => knowledge.knows(key)))
      throw new SimFault(
        "I6",
        `${name} could open ${text} again: ${sealed.map(knowledge.explain).join("; ")}`,
      );
  }
}

/** All bytes in a value, wherever they stand. */
function bytesIn(value: unknown): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  const seen = new Set<unknown>();
  const stack: unknown[] = [value];
  while (stack.length > 0) {
    const next = stack.pop();
    if (typeof next !== "object" || next === null || seen.has(next)) continue;
    seen.add(next);
    if (next instanceof Uint8Array) found.push(next);
    else if (next instanceof Map) stack.push(...next.keys(), ...next.values());
    else if (Array.isArray(next)) stack.push(...next);
    else stack.push(...Object.values(next));
  }
  return found;
}
