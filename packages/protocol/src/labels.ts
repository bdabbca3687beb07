// The labels in front of everything that this protocol hashes or signs. None is the beginning of another, neither here
// nor among those of the other packages, so that bytes made for one purpose never pass for another. A label is never
// reused and never changes its meaning.

export const PROTOCOL_LABELS = {
  logId: "halqa/v1/relay/log-id",
  inboxId: "halqa/v1/relay/inbox-id",
  blobId: "halqa/v1/relay/blob-id",
  chainStart: "halqa/v1/relay/chain-start",
  chainNext: "halqa/v1/relay/chain-next",
  /** A client's proof of a key. */
  request: "halqa/v1/relay/request",
  /** A client's proof of the relay's access secret. */
  access: "halqa/v1/relay/access",
  /** The relay's proof of its own key. */
  welcome: "halqa/v1/relay/welcome",
  /** The relay's word on a log's head. */
  head: "halqa/v1/relay/head",
} as const;
