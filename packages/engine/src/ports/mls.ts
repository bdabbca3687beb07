/**
 * MLS as the engine uses it: the functions of `@halqa/mls` by their types alone (docs/spec/circle.md). An app passes the
 * real module; a test may pass another that keeps the contract.
 */
import type * as mls from "@halqa/mls";

export type MlsPort = Pick<
  typeof mls,
  | "applyMessageDelta"
  | "buildWelcome"
  | "createCapabilities"
  | "createCommit"
  | "createGroup"
  | "createKeyPackage"
  | "createProposal"
  | "decodeKeyPackage"
  | "decodeMlsMessage"
  | "decodeOwnKeyPackage"
  | "decodePendingCommit"
  | "decodeState"
  | "defaultLimits"
  | "encodeCommitPart"
  | "encodeKeyPackage"
  | "encodeMessagePart"
  | "encodeOwnKeyPackage"
  | "encodePendingCommit"
  | "encodeTree"
  | "epochAuthenticator"
  | "exportSecret"
  | "forgetPastEpochs"
  | "joinGroup"
  | "leafAt"
  | "leaves"
  | "members"
  | "messageDelta"
  | "processMessage"
  | "protectApplication"
  | "resumptionPsk"
  | "suite3"
  | "validateKeyPackage"
>;

export type {
  ApplicationEffect,
  CommitEffect,
  CommitOptions,
  CommitView,
  Credential,
  Extension,
  GroupEnv,
  GroupState,
  HaltReason,
  JoinView,
  KeyPackage,
  LeafNode,
  Outcome,
  OwnKeyPackage,
  PendingCommit,
  Policy,
  PolicyVerdict,
  Proposal,
  ProposalEffect,
  ProposalView,
  RatchetTree,
} from "@halqa/mls";
