// The entry of @halqa/model: what members send each other, and the list that follows from it (docs/spec/content.md).

export {
  composeMessage,
  composeNotice,
  composeReaction,
  composeRsvp,
  type ComposeFault,
} from "./compose.ts";
export { decodeContent, encodeContent } from "./content-codec.ts";
export {
  isSignal,
  referencesOf,
  type Content,
  type Extension,
  type NoticeContent,
  type NoticeTime,
} from "./content.ts";
export { isEmoji } from "./emoji.ts";
export { excerptOf } from "./excerpt.ts";
export {
  foldBatch,
  foldEvent,
  type ChangeEvent,
  type ContentEvent,
  type Known,
  type ListEvent,
  type UnreadableEvent,
} from "./fold.ts";
export { decodeItem, encodeItem } from "./item-codec.ts";
export { itemIdOf } from "./item-id.ts";
export type { Author, Change, Item, MessageItem, NoticeItem } from "./item.ts";
export * from "./limits.ts";
export { endOfNotice, isNoticeTime } from "./notice-time.ts";
export { overlayPending, type PendingContent } from "./pending.ts";
export { decodeSummary, encodeSummary } from "./summary-codec.ts";
export {
  emptySummary,
  foldSummary,
  lastItemOf,
  markRead,
  nextNoticeOf,
  type Summary,
} from "./summary.ts";
export { composeName, isName } from "./text.ts";
export {
  itemToView,
  repliesIn,
  summaryToView,
  type Roster,
  type ViewContext,
} from "./view.ts";
