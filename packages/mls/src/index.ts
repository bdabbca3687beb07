/**
 * MLS (RFC 9420) for Halqa: pure functions from a state and a message to an outcome and a new state. The profile is in
 * docs/spec/mls-profile.md. Nothing here reads a clock, draws randomness of its own, or does I/O.
 */
export { createSuite, suite3 } from "./suite.ts";
export type { Suite } from "./suite.ts";

export {
  createCapabilities,
  createKeyPackage,
  validateKeyPackage,
} from "./group/key-package.ts";
export type { KeyPackageOptions, OwnKeyPackage } from "./group/key-package.ts";
export {
  decodeOwnKeyPackage,
  encodeOwnKeyPackage,
} from "./group/key-package-codec.ts";

export { createGroup } from "./group/create-group.ts";
export type { GroupOptions } from "./group/create-group.ts";
export { joinGroup } from "./group/join-group.ts";
export type {
  JoinedGroup,
  JoinFault,
  JoinOptions,
} from "./group/join-group.ts";
export { createCommit } from "./group/create-commit.ts";
export type { CreatedCommit } from "./group/create-commit.ts";
export type { CommitOptions } from "./group/plan-commit.ts";
export type { LeafUpdate } from "./group/leaf-update.ts";
export { createProposal } from "./group/create-proposal.ts";
export type {
  CreatedProposal,
  ProposalOptions,
  ProposalToSend,
} from "./group/create-proposal.ts";
export { processMessage } from "./group/process-message.ts";
export type { IncomingMessage } from "./group/process-message.ts";
export { buildWelcome } from "./group/welcome.ts";
export type { WelcomeFault, WelcomeOptions } from "./group/welcome.ts";
export { protectApplication } from "./group/protect-application.ts";
export type {
  ApplicationOptions,
  ProtectedApplication,
} from "./group/protect-application.ts";
export {
  encodeTree,
  epochAuthenticator,
  exportSecret,
  members,
  resumptionPsk,
} from "./group/export.ts";
export { forgetPastEpochs } from "./group/epoch.ts";

export type {
  GroupEnv,
  GroupState,
  PastEpoch,
  RosterEntry,
} from "./group/state.ts";
export type {
  CommittedProposal,
  LeafChange,
} from "./group/committed-proposal.ts";
export type {
  ApplicationEffect,
  CommitEffect,
  Effect,
  HaltReason,
  IgnoredReason,
  Outcome,
  ProposalEffect,
  Refusal,
} from "./group/outcome.ts";
export { defaultPolicy } from "./group/default-policy.ts";
export type {
  CommitView,
  GroupView,
  JoinView,
  Policy,
  PolicyVerdict,
  ProposalView,
} from "./group/policy.ts";
export { defaultLimits } from "./group/limits.ts";
export type { Limits } from "./group/limits.ts";

export {
  decodeState,
  encodeCommitPart,
  encodeMessagePart,
} from "./group/state-codec.ts";
export type { StateParts } from "./group/state-codec.ts";
export { applyMessageDelta, messageDelta } from "./group/message-codec.ts";
export {
  decodePendingCommit,
  encodePendingCommit,
} from "./group/pending-commit.ts";
export type { Joiner, PendingCommit } from "./group/pending-commit.ts";

export { makeKeyPackageRef } from "./labeled.ts";
export { BASIC_CREDENTIAL, FIRST_PRIVATE_TYPE } from "./structs/credential.ts";
export type { Credential } from "./structs/credential.ts";
export {
  findExtension,
  REQUIRED_CAPABILITIES_EXTENSION,
} from "./structs/extension.ts";
export type { Extension } from "./structs/extension.ts";
export type { GroupContext } from "./structs/group-context.ts";
export { decodeKeyPackage, encodeKeyPackage } from "./structs/key-package.ts";
export type { KeyPackage } from "./structs/key-package.ts";
export type { Capabilities, LeafNode, Lifetime } from "./structs/leaf-node.ts";
export { decodeMlsMessage, encodeMlsMessage } from "./structs/mls-message.ts";
export type { MlsMessage } from "./structs/mls-message.ts";
export type { PreSharedKeyId } from "./structs/pre-shared-key.ts";
export type { Proposal } from "./structs/proposal.ts";
export { encodeRequiredCapabilities } from "./structs/required-capabilities.ts";
export type { RequiredCapabilities } from "./structs/required-capabilities.ts";
export { leafAt, leaves } from "./tree/ratchet-tree.ts";
export type { RatchetTree } from "./tree/ratchet-tree.ts";
