// Following a log or an inbox (docs/spec/relay.md, "Delivery").
//
// A follower begins behind. It is given pages from the store until one reaches the end of the feed; from there on it is
// live. Results come in the order in which the store worked, so whatever was stored before that page is in it, and
// whatever comes after is a later result: nothing is missed and nothing comes twice. `next` holds it to that: a live
// follower is given the sequence that it waits for, never another.

import { addFollower, endFollower } from "./followers.ts";
import { keyOf } from "./id-key.ts";
import { addPull } from "./pages.ts";
import type { Connection, FeedKind, Pull, Ticket } from "./relay-state.ts";
import { refuse, type Turn } from "./turn.ts";

/** Follows a feed from a sequence on; the ticket is answered once its end is reached. */
export function follow(
  turn: Turn,
  ticket: Ticket,
  feed: {
    readonly kind: FeedKind;
    readonly id: Uint8Array;
    readonly from: number;
  },
): void {
  const { conn } = ticket;
  const { kind, id, from } = feed;
  const key = keyOf(id);
  if (conn.following?.has(key) === true)
    return refuse(turn, ticket, "subscribed");
  const follower = addFollower(turn.state, conn, { kind, id, key });
  addPull(turn, conn, {
    t: "feed",
    kind,
    id,
    key,
    ticket,
    follower,
    from,
    remaining: Number.POSITIVE_INFINITY,
  });
}

/** Ends what a connection follows, if it does; a request that still waits for its end is cancelled. */
export function unfollow(turn: Turn, conn: Connection, key: string): void {
  const follower = conn.following?.get(key);
  if (follower === undefined) return;
  endFollower(turn.state, follower);
  if (conn.pulls === undefined) return;
  const isOther = (pull: Pull): boolean =>
    pull.t !== "feed" || pull.follower !== follower;
  for (const pull of conn.pulls.filter((each) => !isOther(each))) {
    refuse(turn, pull.ticket, "cancelled");
  }
  const others = conn.pulls.filter(isOther);
  conn.pulls = others.length > 0 ? others : undefined;
}
