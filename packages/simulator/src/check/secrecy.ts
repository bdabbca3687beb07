/**
 * I5: whoever is removed learns nothing of what comes, whoever joins nothing of what was. I6: what was read cannot be opened
 * again with what a device still holds. Exact where crypto is symbolic; where it is real nothing is asked.
 */
import { listenToTerms } from "@halqa/crypto/symbolic";
import type { EngineState } from "@halqa/engine/machine";
import type { Story } from "../story/running-story.ts";
import { SimFault } from "../world/sim.ts";
import type { Observer, SimDevice } from "../world/sim.ts";
import { movedCircles } from "./agreement.ts";
import { createTerms } from "./knowledge.ts";
import type { Terms } from "./knowledge.ts";
import { textsOf } from "./lists.ts";

/** Somebody's hands at a moment, and which epochs they must not reach. */
interface Grip {
  readonly name: string;
  readonly circle: string;
  readonly held: readonly Uint8Array[];
  readonly isOpenTo: (epoch: bigint) => boolean;
}

export interface SecrecyCheck {
  readonly observer: Observer;
  readonly atEnd: () => void;
}

/** Asking what follows from thousands of terms takes a while: few stories do. */
const EVERY = 8;
const MOST_GRIPS = 3;

export function watchSecrecy(story: Story): SecrecyCheck | undefined {
  listenToTerms(undefined);
  if (story.plan.seed % EVERY !== 0) return undefined;
  const terms = createTerms();
  listenToTerms(terms.hear);
  const keys = new Map<string, Map<bigint, Uint8Array>>();
  const grips: Grip[] = [];
  const bodies: Uint8Array[] = [];
  for (const { onAppend } of story.sim.relays)
    onAppend.push((body) => bodies.push(body));
  return {
    observer: {
      onRandom: terms.hearFresh,
      onState: (device, before) => {
        for (const [id, circle] of movedCircles(device, before)) {
          const [key] = circle.epochKeys;
          const byEpoch = keys.get(id) ?? new Map<bigint, Uint8Array>();
          keys.set(id, byEpoch);
          if (key !== undefined && !story.hostile.has(device.index))
            byEpoch.set(key.epoch, key.envelopeKey);
        }
        grips.push(...newGrips(device, before));
      },
    },
    atEnd: () => {
      listenToTerms(undefined);
      if (terms.count() === 0) return;
      if (story.hostile.size === 0) checkGenerations(terms, bodies);
      for (const grip of grips.slice(0, MOST_GRIPS))
        checkGrip(grip, { terms, keys });
      const [device] = story.sim.devices.filter(
        ({ index }) => !story.hostile.has(index),
      );
      if (device !== undefined) checkConsumed(device, terms);
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
    if (wasIn !== undefined && record.desk.place === "removed") {
      const { epoch } = wasIn.mls.context;
      const held = bytesIn([before.durable.root, was]);
      return [{ name, circle: id, held, isOpenTo: (other) => other <= epoch }];
    }
    const isNew = was?.desk.place === "joining" && record.desk.place === "in";
    if (isNew && record.circle !== undefined) {
      const { epoch } = record.circle.mls.context;
      const held = bytesIn([root, was, record]);
      return [{ name, circle: id, held, isOpenTo: (other) => other >= epoch }];
    }
    return [];
  });
}

function checkGrip(
  { name, circle, held, isOpenTo }: Grip,
  o: {
    readonly terms: Terms;
    readonly keys: ReadonlyMap<string, ReadonlyMap<bigint, Uint8Array>>;
  },
): void {
  const knowledge = o.terms.knowledgeOf(held);
  let reached = 0;
  for (const [epoch, key] of o.keys.get(circle) ?? []) {
    const isKnown = knowledge.knows(key);
    if (isKnown) reached++;
    if (isKnown && !isOpenTo(epoch))
      throw new SimFault(
        "I5",
        `${name} reaches epoch ${epoch} of ${circle.slice(0, 6)}: ${knowledge.explain(key)}`,
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

/** With the keys that a device has now, what it has read stays closed. */
function checkConsumed(device: SimDevice, terms: Terms): void {
  for (const [id, { circle, outbox }] of device.state.durable.circles) {
    if (circle === undefined || outbox.length > 0) continue;
    const knowledge = terms.knowledgeOf(bytesIn([circle]));
    for (const text of textsOf(device, id).slice(-20)) {
      const sealed = terms.keysOver(new TextEncoder().encode(text));
      if (sealed.length > 0 && sealed.every((key) => knowledge.knows(key)))
        throw new SimFault(
          "I6",
          `${device.name} could open ${text} again: ${sealed.map(knowledge.explain).join("; ")}`,
        );
    }
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
