// The entry of @halqa/protocol: what client and relay say to each other (docs/spec/relay.md).

export type {
  Append,
  BlobCreate,
  BlobGet,
  BlobPart,
  ClientCommand,
  CreateInbox,
  CreateLog,
  ForgetPush,
  Hello,
  InboxAck,
  InboxSend,
  OpenInbox,
  OpenLog,
  Read,
  RegisterPush,
  SetInboxKey,
  Subscribe,
  Unsubscribe,
} from "./client-command.ts";
export {
  decodeClientFrame,
  decodeRelayFrame,
  encodeFrame,
  packFrames,
} from "./frame.ts";
export {
  blobIdOf,
  entryIdOf,
  firstChainHead,
  inboxIdOf,
  logIdOf,
  nextChainHead,
  type ChainHead,
  type Hash,
} from "./hashes.ts";
export { PROTOCOL_LABELS } from "./labels.ts";
export {
  BLOB_PART_COUNTS,
  BLOB_PART_SIZE,
  BODY_SIZES,
  FRAME_SIZES,
  LOG_END,
  MAX_COMMANDS,
  MAX_INBOX_MESSAGES,
  MAX_OPEN_INBOXES,
  MAX_OPEN_LOGS,
  MAX_PENDING_BYTES,
  MAX_PENDING_REQUESTS,
} from "./limits.ts";
export {
  CLOSE_CODES,
  REFUSAL_CODES,
  type CloseCode,
  type RefusalCode,
} from "./refusal.ts";
export type {
  BlobData,
  CaughtUp,
  Entry,
  Head,
  InboxMessage,
  Refused,
  RelayCommand,
  Welcome,
} from "./relay-command.ts";
export {
  bytesToAuthenticate,
  bytesToSign,
  headToSign,
  welcomeToSign,
  type AccessOperation,
  type Operation,
} from "./signing.ts";
