/** Small steps for stories about the relays of a circle. */
import { assertInvariant, encodeBase64url } from "@halqa/bytes";
import { recordAt } from "./trouble.ts";
import type { SimulatedRelay } from "./simulated-relay.ts";
import { circleView, memberKey } from "./story.ts";
import { addRelay, advance, must } from "./world.ts";
import type { World } from "./world.ts";
import type { MoveView } from "../views/view.ts";

export const MINUTE = 60_000;

/** A relay as a person names it. */
export function relayOf({ url, relayPub }: SimulatedRelay): {
  readonly url: string;
  readonly relayPub: string;
} {
  return { url, relayPub: encodeBase64url(relayPub) };
}

export function addMirror(
  world: World,
  o: { readonly by: string; readonly circle: string; readonly name?: string },
): SimulatedRelay {
  const mirror = addRelay(world, o.name ?? "mirror");
  const { circle } = o;
  must(world, o.by, { command: "add-relay", circle, ...relayOf(mirror) });
  advance(world, MINUTE);
  return mirror;
}

export function promote(
  world: World,
  o: { readonly by: string; readonly circle: string; readonly name: string },
): void {
  const member = memberKey(world, o);
  const { circle } = o;
  must(world, o.by, { command: "promote", circle, member });
  advance(world, MINUTE);
}

export function urls(
  world: World,
  name: string,
  circle: string,
): readonly string[] {
  return circleView(world, name, circle).relays.map(({ url }) => url);
}

/** Where devices stand: one entry when all are at one place. */
export function places(
  world: World,
  circle: string,
  ...names: readonly string[]
): ReadonlySet<string> {
  return new Set(
    names.map((name) => {
      const { circle: keys } = recordAt(world, name, circle);
      assertInvariant(keys !== undefined, `${name} is in`);
      const { log, mls } = keys;
      return `${encodeBase64url(log.logId)} ${log.seq} ${mls.context.epoch}`;
    }),
  );
}

export function moveTo(
  world: World,
  name: string,
  o: { readonly circle: string; readonly url: string },
): MoveView {
  const move = circleView(world, name, o.circle).moves.find(
    ({ url }) => url === o.url,
  );
  assertInvariant(move !== undefined, `${name} knows the move`);
  return move;
}

export function approve(
  world: World,
  name: string,
  o: { readonly circle: string; readonly url: string },
): void {
  const { move } = moveTo(world, name, o);
  const { circle } = o;
  must(world, name, { command: "approve-move", circle, move });
  advance(world, MINUTE);
}
