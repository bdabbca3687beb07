// Who follows which log or inbox.

import type { RelayCommand } from "@halqa/protocol";
import type {
  Batch,
  Connection,
  Feed,
  FeedKind,
  Follower,
  RelayState,
} from "./relay-state.ts";
import type { StoredBody } from "./store.ts";

export interface FeedName {
  readonly kind: FeedKind;
  readonly id: Uint8Array;
  /** The id as the key of a map. */
  readonly key: string;
}

/** A connection's place in a feed, behind. */
export function addFollower(
  state: RelayState,
  conn: Connection,
  name: FeedName,
): Follower {
  const feed = feedOf(state, name);
  const follower: Follower = {
    conn,
    feed,
    next: 0,
    isLive: false,
    hasEnded: false,
  };
  feed.followers.set(conn.id, follower);
  // The key of the feed, one for all who follow it: each request brings a copy.
  (conn.following ??= new Map()).set(feed.key, follower);
  return follower;
}

/** Takes the follower out; a feed without any is forgotten. */
export function endFollower(state: RelayState, follower: Follower): void {
  const { conn, feed } = follower;
  follower.hasEnded = true;
  conn.following?.delete(feed.key);
  if (conn.following?.size === 0) conn.following = undefined;
  feed.followers.delete(conn.id);
  if (feed.followers.size > 0) return;
  state.feeds.delete(feed.key);
  takeDue(state, feed);
}

/** Takes out what is still to be delivered of a feed. */
export function takeDue(state: RelayState, feed: Feed): Batch | undefined {
  const batch = state.due.get(feed);
  if (batch === undefined) return undefined;
  state.due.delete(feed);
  for (const { body } of batch.bodies) state.dueBytes -= body.length;
  return batch;
}

/** One stored body as it is delivered. */
export function delivery(
  { kind, id }: Pick<FeedName, "kind" | "id">,
  { seq, body }: StoredBody,
): RelayCommand {
  return kind === "log"
    ? { type: "entry", logId: id, seq, body }
    : { type: "inbox-message", inboxId: id, seq, body };
}

function feedOf(state: RelayState, { kind, id, key }: FeedName): Feed {
  const known = state.feeds.get(key);
  if (known !== undefined) return known;
  const feed: Feed = {
    kind,
    id,
    key,
    followers: new Map(),
    signed: undefined,
  };
  state.feeds.set(key, feed);
  return feed;
}
