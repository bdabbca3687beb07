/** The relays of a circle, and moves to another one (docs/spec/views.md, VW-60, VW-61). */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import { relationTo } from "../circle/follow-move.ts";
import { countWords, moveIdOf, votersOf } from "../circle/relay-move.ts";
import { relaysOf } from "../circle/relay-term.ts";
import type { CircleRecord } from "../step/durable.ts";
import type { JobContext } from "../step/job-context.ts";
import { relayKey } from "../step/relays.ts";
import type { Link } from "../step/state.ts";
import type { CircleRelayView, MoveView, RelayState } from "./view.ts";

export function relaysIn(
  { state }: JobContext,
  { circle }: CircleRecord,
): readonly CircleRelayView[] {
  if (circle === undefined) return [];
  const { relayPub: orders } = circle.log.address;
  return relaysOf(circle).map((relay) => ({
    url: relay.url,
    relayPub: encodeBase64url(relay.relayPub),
    role: equalBytes(relay.relayPub, orders) ? "orders" : "mirror",
    state: linkState(state.links.get(relayKey(relay))),
    closed: relay.access !== undefined,
  }));
}

export function linkState(link: Link | undefined): RelayState {
  if (link === undefined) return "connecting";
  const { phase, isRefused, failures } = link;
  if (phase.phase === "ready") return "online";
  if (isRefused) return "refused";
  return failures > 0 ? "offline" : "connecting";
}

export function movesIn(
  { env }: JobContext,
  { circle, moves }: CircleRecord,
): readonly MoveView[] {
  if (circle === undefined) return [];
  const { leafIndex } = circle.mls.own;
  return moves.flatMap(({ proposed, isEnough }) => {
    const { move, words } = proposed;
    const standing = relationTo(circle, move);
    if (standing === "stale" || standing === "foreign") return [];
    const voters = votersOf(circle, env, move.epoch);
    const count = voters && countWords(voters, proposed).members.length;
    return [
      {
        move: encodeBase64url(moveIdOf(move)),
        url: move.relay.url,
        relayPub: encodeBase64url(move.relay.relayPub),
        words: count ?? 0,
        approved: words.some(({ leaf }) => leaf === leafIndex),
        standing,
        enough: isEnough,
      },
    ];
  });
}
