/**
 * What a member's content does to the list (docs/spec/content.md, "Folds"): new posts here, acts on posts in the files
 * beside this one. Total, like every fold: a content that may not do what it asks for is rejected and changes nothing.
 */

import { encodeContent } from "./content-codec.ts";
import {
  isSignal,
  type Content,
  type ContentOf,
  type ListContent,
} from "./content.ts";
import {
  foldDelete,
  foldEdit,
  foldHide,
  foldPin,
  foldReaction,
} from "./fold-acts.ts";
import {
  foldAnswer,
  foldNoticeUpdate,
  foldPollClose,
  foldTaskUpdate,
  foldVote,
} from "./fold-organise.ts";
import { add, keep, reject, type Act, type Folded } from "./folded.ts";
import { foldSealed } from "./fold-sealed.ts";
import { foldShare } from "./fold-share.ts";
import type { Author, Placed, Standing } from "./item.ts";
import { postOf, type Post } from "./post-of.ts";

/** No rights, and nothing shared counts. */
const nowhere: Standing = {
  steward: false,
  pins: false,
  late: false,
  counting: false,
};

/** A content without the question whether its id has counted; `placed` has no ordinal for what is only queued. */
export function foldContent(
  known: Pick<Act, "item">,
  event: {
    readonly content: Content;
    readonly author: Author;
    readonly standing?: Standing | undefined;
    readonly inside?: Content | undefined;
  },
  placed: Placed,
): Folded {
  const { content, author, standing = nowhere } = event;
  if (content.kind === "unknown" && !isSignal(content)) {
    return add({
      item: "unreadable",
      ...placed,
      reason: "newer-version",
      author,
      content: encodeContent(content),
    });
  }
  if (isSignal(content)) return keep();
  const act = { item: known.item, author, standing, placed };
  if (content.kind === "sealed") return foldSealed(act, content, event.inside);
  return foldListed(act, content.kind, content);
}

type ListKind = ListContent["kind"];

const folds: {
  readonly [K in ListKind]: (act: Act, content: ContentOf<K>) => Folded;
} = {
  text: addPost,
  notice: addPost,
  poll: addPost,
  task: addPost,
  minutes: addPost,
  reaction: foldReaction,
  edit: foldEdit,
  delete: foldDelete,
  hide: foldHide,
  pin: foldPin,
  rsvp: foldAnswer,
  "notice-update": foldNoticeUpdate,
  vote: foldVote,
  "poll-close": foldPollClose,
  "task-update": foldTaskUpdate,
  share: foldShare,
  sealed: (act, content) => foldSealed(act, content, undefined),
  // Said to everybody they would say what is for stewards alone.
  report: () => reject("not-allowed"),
  place: () => reject("not-allowed"),
};

function foldListed<K extends ListKind>(
  act: Act,
  kind: K,
  content: ContentOf<K>,
): Folded {
  return folds[kind](act, content);
}

function addPost(act: Act, content: Post): Folded {
  return add(postOf(act, content));
}
