/**
 * What the members of a group must have in common (RFC 9420, 7.3, 11.1, 12.1.7 and 13.4; docs/spec/mls-profile.md, ML-216 to
 * ML-218). Asked once of the tree as it is after a commit, whatever the number of Adds, and of each kind of member
 * (member-kinds.ts) instead of each member; only where a kind lacks something are the leaves looked through.
 */
import {
  findExtension,
  REQUIRED_CAPABILITIES_EXTENSION,
} from "../structs/extension.ts";
import type { Extension } from "../structs/extension.ts";
import type { Capabilities } from "../structs/leaf-node.ts";
import { decodeRequiredCapabilities } from "../structs/required-capabilities.ts";
import type { RequiredCapabilities } from "../structs/required-capabilities.ts";
import { isDefaultExtension, isDefaultProposal } from "./leaf-validation.ts";
import type { MemberKinds } from "./member-kinds.ts";
import { leaves } from "./ratchet-tree.ts";
import type { RatchetTree } from "./ratchet-tree.ts";
import { indexOf } from "./tree-index.ts";

export type CompatibilityFault =
  | {
      readonly kind:
        | "credential-type"
        | "group-extension"
        | "required-extension"
        | "required-proposal"
        | "required-credential";
      readonly leafIndex: number;
    }
  | { readonly kind: "malformed-requirements" };

interface Demands {
  readonly credentialsInUse: readonly number[];
  readonly groupExtensions: readonly number[];
  readonly required: RequiredCapabilities;
}

const NOTHING_REQUIRED: RequiredCapabilities = {
  extensionTypes: [],
  proposalTypes: [],
  credentialTypes: [],
};

/**
 * The first member that lacks something the group uses: a credential type that another member presents, an extension
 * of the GroupContext, or what required_capabilities names. `extensions` are those of the GroupContext.
 */
export function checkCompatibility(
  tree: RatchetTree,
  extensions: readonly Extension[],
): CompatibilityFault | undefined {
  const required = readRequirements(extensions);
  if (required === undefined) return { kind: "malformed-requirements" };
  const { memberKinds: kinds } = indexOf(tree);
  const demands: Demands = {
    credentialsInUse: presentedTypes(kinds),
    groupExtensions: extensions
      .map(({ type }) => type)
      .filter((type) => !isDefaultExtension(type)),
    required,
  };
  return areAllAble(kinds, demands) ? undefined : findUnable(tree, demands);
}

function presentedTypes(kinds: MemberKinds): readonly number[] {
  const types = new Set<number>();
  for (const { credentialType } of kinds.values()) types.add(credentialType);
  return [...types];
}

function areAllAble(kinds: MemberKinds, demands: Demands): boolean {
  for (const { capabilities } of kinds.values()) {
    if (findLack(capabilities, demands) !== undefined) return false;
  }
  return true;
}

/** The first member that lacks something. */
function findUnable(
  tree: RatchetTree,
  demands: Demands,
): CompatibilityFault | undefined {
  for (const [leafIndex, leaf] of leaves(tree)) {
    const kind = findLack(leaf.capabilities, demands);
    if (kind !== undefined) return { kind, leafIndex };
  }
  return undefined;
}

function readRequirements(
  extensions: readonly Extension[],
): RequiredCapabilities | undefined {
  const data = findExtension(extensions, REQUIRED_CAPABILITIES_EXTENSION);
  if (data === undefined) return NOTHING_REQUIRED;
  const required = decodeRequiredCapabilities(data);
  if (!required.ok) return undefined;
  const { extensionTypes, proposalTypes, credentialTypes } = required.value;
  return {
    extensionTypes: distinct(extensionTypes).filter(
      (type) => !isDefaultExtension(type),
    ),
    proposalTypes: distinct(proposalTypes).filter(
      (type) => !isDefaultProposal(type),
    ),
    credentialTypes: distinct(credentialTypes),
  };
}

function distinct(types: readonly number[]): readonly number[] {
  return [...new Set(types)];
}

function findLack(has: Capabilities, demands: Demands) {
  const { credentialsInUse, groupExtensions, required } = demands;
  if (!includesAll(has.credentials, credentialsInUse)) return "credential-type";
  if (!includesAll(has.extensions, groupExtensions)) return "group-extension";
  if (!includesAll(has.extensions, required.extensionTypes)) {
    return "required-extension";
  }
  if (!includesAll(has.proposals, required.proposalTypes)) {
    return "required-proposal";
  }
  if (!includesAll(has.credentials, required.credentialTypes)) {
    return "required-credential";
  }
  return undefined;
}

function includesAll(
  list: readonly number[],
  wanted: readonly number[],
): boolean {
  if (wanted.length === 0) return true;
  const had = new Set(list);
  return wanted.every((type) => had.has(type));
}
