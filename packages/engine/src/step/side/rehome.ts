/** An inbox goes along when its relay is none of the circle's any more (docs/spec/relays-of-a-circle.md, MV-15; rule C7). */
import { createOwnInbox, withDesk } from "../circle-record.ts";
import { relaysOf } from "../../circle/relay-term.ts";
import type { CircleRecord } from "../durable.ts";
import type { StepEnv } from "../env.ts";
import { relayOf } from "../relays.ts";

/** The record with an inbox at a relay of the circle; the others learn of it from the next keys of our leaf, which are due. */
export function rehome(env: StepEnv, record: CircleRecord): CircleRecord {
  const { circle, desk } = record;
  if (circle === undefined || desk.place !== "in") return record;
  const relays = relaysOf(circle);
  const [first] = relays;
  const isAtHome = relayOf(relays, desk.inbox.relay.relayPub) !== undefined;
  if (first === undefined || isAtHome) return record;
  const inbox = createOwnInbox(env, first);
  const { relayPub } = first;
  const home = { relayPub, sendId: inbox.sendId };
  const upkeep = { ...desk.upkeep, renewAt: env.now };
  return withDesk(
    { ...record, circle: { ...circle, home } },
    { inbox, upkeep },
  );
}
