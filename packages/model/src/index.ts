// The entry of @halqa/model: what members send each other, and the list that follows from it (docs/spec/content.md).

export {
  composeMinutes,
  composeNoticeUpdate,
  composePoll,
  composePollClose,
  composeTask,
  composeVote,
} from "./compose-organise.ts";
export {
  composeEdit,
  composeMessage,
  composeNotice,
  composeReaction,
  composeRsvp,
  type ComposeFault,
} from "./compose.ts";
export {
  isMediaType,
  readAttachments,
  writeAttachments,
  type Attachment,
} from "./attachment.ts";
export { decodeContent, encodeContent } from "./content-codec.ts";
export {
  FIRST_SIGNAL_CODE,
  isSharedState,
  isSignal,
  referencesOf,
  type Content,
  type Extension,
  type ListContent,
  type Mention,
  type MissingContent,
  type NoticeContent,
  type NoticeTime,
  type ShareContent,
} from "./content.ts";
export { isEmoji } from "./emoji.ts";
export { excerptOf } from "./excerpt.ts";
export { expireItem } from "./expiry.ts";
export {
  foldBatch,
  foldEvent,
  type ChangeEvent,
  type ContentEvent,
  type Known,
  type ListEvent,
  type UnreadableEvent,
} from "./fold.ts";
export { foldContent } from "./fold-content.ts";
export { isInside } from "./fold-sealed.ts";
export { HIDE_NAMES } from "./privacy.ts";
export { decodeItem, encodeItem } from "./item-codec.ts";
export { itemIdOf } from "./item-id.ts";
export {
  isHidden,
  isPost,
  type Author,
  type Change,
  type Item,
  type MessageItem,
  type NoticeItem,
  type PollItem,
  type PostItem,
  type Standing,
  type TaskItem,
} from "./item.ts";
export * from "./limits.ts";
export { endOfNotice, isNoticeTime } from "./notice-time.ts";
export {
  overlayPending,
  type PendingAuthor,
  type PendingContent,
} from "./pending.ts";
export { searchTextOf } from "./search-text.ts";
export { decodeSummary, encodeSummary } from "./summary-codec.ts";
export {
  emptySummary,
  foldSummary,
  lastItemOf,
  markRead,
  nextNoticeOf,
  type Summary,
} from "./summary.ts";
export {
  composeName,
  composePlace,
  composeText,
  isFileName,
  isName,
  isText,
} from "./text.ts";
export { tallyOf } from "./tally.ts";
export { itemToView, repliesIn, summaryToView } from "./view.ts";
export type {
  AttachmentView,
  GoneView,
  MessageView,
  MinutesView,
  NoticeView,
  PollView,
  Roster,
  TaskView,
  ViewContext,
} from "./view-shape.ts";
