/**
 * Commits in several entries, by a hostile member or steward: manifests without parts, parts out of order, bodies that are no
 * message, more sets than may stand open. All come to the same sets from the same entries, and to few of them (CI-140 to CI-149).
 */
import * as mls from "@halqa/mls";
import { sealFragments } from "@halqa/engine/machine";
import { appendBody } from "./append-body.ts";
import type { Insider } from "./insider.ts";

const MOST_BYTES = 12_000;

type Order = (bodies: readonly Uint8Array[]) => readonly Uint8Array[];

const orders: Readonly<Record<string, Order>> = {
  "fragments-whole": (bodies) => bodies,
  "fragments-open": (bodies) => bodies.slice(0, -1),
  "fragments-backwards": (bodies) => bodies.toReversed(),
  "fragments-twice": (bodies) => [...bodies, ...bodies],
  "fragments-headless": (bodies) => bodies.slice(1),
};

export const fragmentNames: readonly string[] = Object.keys(orders);

/** Puts the pieces of a message into the log, in a hostile order; of garbage where there is no message. */
export function breakUp(
  insider: Insider,
  name: string,
  message: Uint8Array | undefined,
): void {
  const { circle, dice } = insider;
  const sealed = sealFragments(
    circle,
    { mls, random: dice.bytes },
    message ?? dice.bytes(1 + dice.int(MOST_BYTES)),
  );
  const order = orders[name];
  if (!sealed.ok || order === undefined) return;
  const { before, last } = sealed.value;
  const bodies = [...before, last].map(({ body }) => body);
  for (const body of order(bodies)) appendBody(insider, body);
}
