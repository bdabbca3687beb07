/**
 * Which relay orders a circle's log, and since which term (docs/spec/relays-of-a-circle.md, MV-1, MV-5). `halqa_circle` says it, and where the
 * word of many moved the log without its old relay, the move does, until a steward's commit has written it down.
 */
import { equalBytes } from "@halqa/bytes";
import type { Circle } from "./circle.ts";
import { MAX_RELAYS } from "./limits.ts";
import type { RelayRecord } from "./relay-record.ts";
import type { RelayPlace } from "./moved.ts";

type Of = Pick<Circle, "info" | "moved">;

/** The term that counts now. */
export function termOf({ info, moved }: Of): number {
  return Math.max(info.relayTerm, moved?.term ?? 0);
}

/** The relays of the circle, the one that orders first. */
export function relaysOf({ info, moved }: Of): readonly RelayRecord[] {
  if (moved === undefined || moved.term <= info.relayTerm) return info.relays;
  const { relay, from } = moved;
  const others = info.relays.filter(
    ({ relayPub }) =>
      !equalBytes(relayPub, relay.relayPub) &&
      (from === undefined || !equalBytes(relayPub, from.address.relayPub)),
  );
  return [relay, ...others].slice(0, MAX_RELAYS);
}

/** Where the circle's log is. */
export function placeOf(
  circle: Pick<Circle, "info" | "moved" | "log">,
): RelayPlace {
  const { relayPub } = circle.log.address;
  return { relayPub, relayTerm: termOf(circle) };
}
