/**
 * The strict policy that the product starts from (docs/spec/mls-profile.md, ML-4x). It allows what the
 * profile needs and refuses the rest by name; the application narrows it further by replacing callbacks.
 */
import { encodeHex, equalBytes } from "@halqa/bytes";
import { encodeCredential, X509_CREDENTIAL } from "../structs/credential.ts";
import type { Credential } from "../structs/credential.ts";
import {
  EXTERNAL_SENDERS_EXTENSION,
  findExtension,
} from "../structs/extension.ts";
import type { Extension } from "../structs/extension.ts";
import type { Proposal } from "../structs/proposal.ts";
import { defaultLimits } from "./limits.ts";
import type { Policy, PolicyVerdict } from "./policy.ts";

export const defaultPolicy: Policy = {
  limits: defaultLimits,
  customProposals: new Map(),
  checkProposal: ({ proposal }) => checkProposalKind(proposal),
  checkCommit: () => undefined,
  checkLeaf: (leaf) =>
    leaf.credential.type === X509_CREDENTIAL ? "credential-type" : undefined,
  checkSuccessor: (before, after) =>
    sameCredential(before.credential, after.credential)
      ? undefined
      : "identity-changed",
  clientOf: (leaf) => encodeHex(encodeCredential(leaf.credential)),
  checkJoin: ({ group }) => checkExtensions(group.context.extensions),
};

function sameCredential(one: Credential, other: Credential): boolean {
  return equalBytes(encodeCredential(one), encodeCredential(other));
}

function checkExtensions(extensions: readonly Extension[]): PolicyVerdict {
  return findExtension(extensions, EXTERNAL_SENDERS_EXTENSION) === undefined
    ? undefined
    : "external-senders";
}

/** PSKs would make validity depend on what a member happens to hold; the others hand the group to outsiders. */
function checkProposalKind(proposal: Proposal): PolicyVerdict {
  switch (proposal.kind) {
    case "group-context-extensions":
      return checkExtensions(proposal.extensions);
    case "psk":
    case "reinit":
    case "external-init":
      return "proposal-type";
    case "add":
    case "update":
    case "remove":
    case "custom":
      break;
  }
  return undefined;
}
