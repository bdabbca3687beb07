/**
 * What a steward passes on for those who came later (docs/spec/content.md, CT-80 to CT-83): where the item is there already nothing
 * changes; where it is not, it stands in the list as what it is, the steward's word about what somebody else said.
 */

import { decodeContent } from "./content-codec.ts";
import type { Content, ShareContent } from "./content.ts";
import { add, keep, reject, type Act, type Folded } from "./folded.ts";
import type { Item, NoticeItem, PostItem } from "./item.ts";
import { postOf, type Post } from "./post-of.ts";

export function foldShare(act: Act, content: ShareContent): Folded {
  if (!act.standing.steward) return reject("not-allowed");
  if (act.item(content.target) !== undefined) return keep();
  const said = decodeContent(content.said);
  if (!said.ok || !isShareable(said.value)) return reject("wrong-target");
  const { author, minute, target } = content;
  // A reply inside points to what its reader need not have, and no fold may depend on that.
  const within = { ...act, item: nothing };
  const placed = { ...act.placed, id: target };
  const post = postOf({ ...within, placed }, said.value, minute);
  const shared = { author, minute };
  return add({
    ...updated(post, act, content),
    ...pinOf(act, content),
    shared,
  });
}

function nothing(): Item | undefined {
  return undefined;
}

type Shareable = Exclude<Post, { readonly kind: "poll" }>;

/** Polls are not passed on: without the votes before, every device would count differently. */
function isShareable(content: Content): content is Shareable {
  const { kind } = content;
  return (
    kind === "text" ||
    kind === "notice" ||
    kind === "task" ||
    kind === "minutes"
  );
}

/** The version of a notice that stands, so that older ones do not come back. */
function updated(
  post: PostItem,
  { author, placed }: Act,
  { update, minute }: ShareContent,
): PostItem {
  if (post.item !== "notice" || update === undefined) return post;
  const { memberKey } = author;
  const { position } = placed;
  const changed: NoticeItem = {
    ...post,
    update: { ...update, memberKey, position, minute },
  };
  return changed;
}

function pinOf(
  { author, placed, standing }: Act,
  { pinned }: ShareContent,
): Pick<PostItem, "pin"> {
  if (!pinned || !standing.counting) return {};
  const { memberKey } = author;
  return { pin: { memberKey, position: placed.position, pinned } };
}
