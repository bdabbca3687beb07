/** A linking session on the connections of this run (docs/spec/linking.md, LK-11, LK-16): its inbox, its boxes one by one, its end. */
import { pumpDelivery } from "./deliveries.ts";
import type { Durable } from "./durable.ts";
import type { InboxSpec } from "./inbox-spec.ts";
import { LINKING, activeLinking } from "./linking-record.ts";
import { isOver, LONGEST_SESSION_MS } from "./link-session.ts";
import { addNote } from "./notes.ts";
import { emit, update } from "./turn.ts";
import type { Turn } from "./turn.ts";
import { none } from "./writes.ts";

/** The inbox of the session, while there is one. */
export function linkingInboxes({ linking }: Durable): readonly InboxSpec[] {
  const session = activeLinking(linking);
  if (session === undefined) return none;
  const purpose = { for: "linking" } as const;
  return [{ ...session.inbox, circle: LINKING, purpose }];
}

/** LK-11: a box leaves when the own inbox stands open, so that an answer finds it, and after the one before. */
export function pumpLinking(turn: Turn): void {
  const { linking } = turn.state.durable;
  if (linking === undefined) return;
  const [delivery] = linking.out;
  if (delivery !== undefined && isHeard(turn))
    pumpDelivery(turn, LINKING, delivery);
  watchEnd(turn);
}

/** Of a session that is over nobody waits for an answer. */
function isHeard({ state }: Turn): boolean {
  const specs = linkingInboxes(state.durable);
  return specs.every(
    ({ owner }) => state.inboxes.get(owner.key)?.phase === "open",
  );
}

/** The timer only wakes the machine, which then finds the session over. */
function watchEnd(turn: Turn): void {
  const session = activeLinking(turn.state.durable.linking);
  if (session === undefined) return;
  const { until } = session;
  if (isOver(session, turn.env.now)) {
    addNote(turn, { note: "linking-over", circle: LINKING });
    return;
  }
  if (turn.state.linkingUntil === until) return;
  update(turn, { linkingUntil: until });
  const afterMs = Math.min(until - turn.env.now, LONGEST_SESSION_MS);
  emit(turn, { type: "timer", id: "linking", afterMs });
}
