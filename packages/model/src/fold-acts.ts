/**
 * Acts on what members put into the list (docs/spec/content.md, CT-36, CT-60 to CT-66): reactions, edits, deletions, a steward's hide,
 * pins. Whether somebody may is judged here and nowhere else, from what stands in the log alone.
 */

import { encodeUtf8, equalBytes } from "@halqa/bytes";
import type {
  DeleteContent,
  EditContent,
  HideContent,
  PinContent,
  ReactionContent,
} from "./content.ts";
import {
  change,
  keep,
  putLast,
  reject,
  targetOf,
  type Act,
  type Folded,
} from "./folded.ts";
import type { Edited, GoneItem, MessageItem, PostItem } from "./item.ts";
import { MAX_EARLIER_BYTES, MAX_EARLIER_TEXTS } from "./limits.ts";

const POSTS = ["message", "notice", "poll", "task", "minutes"] as const;

export function foldReaction(act: Act, content: ReactionContent): Folded {
  const target = targetOf(act.item(content.target), ...POSTS);
  if (typeof target === "string") return reject(target);
  const reactions = putLast(target.reactions, {
    memberKey: act.author.memberKey,
    emoji: content.emoji,
    position: act.placed.position,
  });
  return reactions === undefined
    ? reject("full")
    : change({ ...target, reactions });
}

/** CT-60: its author gives a message other words; the last by position stands. */
export function foldEdit(act: Act, content: EditContent): Folded {
  const target = targetOf(act.item(content.target), "message");
  if (typeof target === "string") return reject(target);
  if (!isBy(target, act)) return reject("not-allowed");
  // CT-93: other words would be said to everybody.
  if (target.sealed !== undefined) return reject("wrong-target");
  const { position, minute } = act.placed;
  if (target.edited !== undefined && target.edited.position >= position) {
    return keep();
  }
  const { mentions: _, ...rest } = target;
  const { text, mentions } = content;
  return change({
    ...rest,
    text,
    ...(mentions === undefined ? {} : { mentions }),
    edited: {
      position,
      minute,
      times: Math.min((target.edited?.times ?? 0) + 1, 0xffff),
      earlier: earlierOf(target),
    },
  });
}

/** The newest words that stood before, within the bounds of what is kept. */
function earlierOf({ text, edited }: MessageItem): Edited["earlier"] {
  const kept: string[] = [];
  let bytes = 0;
  for (const one of [...(edited?.earlier ?? []), text].toReversed()) {
    bytes += encodeUtf8(one).length;
    if (bytes > MAX_EARLIER_BYTES || kept.length >= MAX_EARLIER_TEXTS) break;
    kept.push(one);
  }
  return kept.toReversed();
}

/** CT-61: its author takes it back from everybody. A closed poll stays: a result that somebody dislikes is one all the same. */
export function foldDelete(act: Act, content: DeleteContent): Folded {
  const target = targetOf(act.item(content.target), ...POSTS);
  if (typeof target === "string") return reject(target);
  if (!isBy(target, act)) return reject("not-allowed");
  if (target.item === "poll" && target.close !== undefined) {
    return reject("closed");
  }
  return change(goneFrom(target, "deleted"));
}

/** What is left of a post: where, when and whose it was. */
export function goneFrom(post: PostItem, cause: GoneItem["cause"]): GoneItem {
  const { id, ordinal, position, minute, shared } = post;
  const author = shared?.author ?? post.author;
  return {
    item: "gone",
    id,
    ...(ordinal === undefined ? {} : { ordinal }),
    position,
    minute,
    was: post.item,
    cause,
    author,
  };
}

/** CT-63: a steward hides something from everybody, or shows it again. */
export function foldHide(act: Act, content: HideContent): Folded {
  const target = targetOf(act.item(content.target), ...POSTS);
  if (typeof target === "string") return reject(target);
  if (!act.standing.steward) return reject("not-allowed");
  const { position } = act.placed;
  if (target.hide !== undefined && target.hide.position >= position) {
    return keep();
  }
  const { memberKey } = act.author;
  const hide = { memberKey, position, reason: content.reason };
  return change({ ...target, hide });
}

/** CT-64: pins are shared state, for those whom the circle lets pin. */
export function foldPin(act: Act, content: PinContent): Folded {
  const target = targetOf(act.item(content.target), ...POSTS);
  if (typeof target === "string") return reject(target);
  if (!act.standing.pins) return reject("not-allowed");
  if (!act.standing.counting) return reject("not-counting");
  const { position } = act.placed;
  if (target.pin !== undefined && target.pin.position >= position) {
    return keep();
  }
  const { memberKey } = act.author;
  const pin = { memberKey, position, pinned: content.pinned };
  return change({ ...target, pin });
}

/** Whether the act is of the person who sent the post; of what a steward passed on, of the person who is said to have. */
export function isBy({ author, shared }: PostItem, act: Act): boolean {
  const { memberKey } = shared?.author ?? author;
  return equalBytes(memberKey, act.author.memberKey);
}
