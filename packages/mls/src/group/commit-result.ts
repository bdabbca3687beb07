/**
 * What the group must be after a commit (RFC 9420, 12.2 last point, 7.3; docs/spec/mls-profile.md, ML-43, ML-67, ML-68). Public: it reads
 * the old state, the new tree and the commit's proposals, and uses no key.
 */
import type { Extension } from "../structs/extension.ts";
import { checkCompatibility } from "../tree/compatibility.ts";
import { findDuplicateKey } from "../tree/key-uniqueness.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import { leafToNode } from "../tree/tree-math.ts";
import type { Provisional } from "./apply-proposals.ts";
import type { Refusal } from "./outcome.ts";
import type { ListedProposal } from "./proposal-list.ts";
import type { GroupEnv, GroupState } from "./state.ts";

/** No key of the leaves that proposals brought stands anywhere else in the tree; a path's keys are checked with the path. */
export function checkKeys(provisional: Provisional): Refusal | undefined {
  const { tree, added, updated } = provisional;
  const leafIndexes = [...updated, ...added.map((member) => member.leafIndex)];
  if (leafIndexes.length === 0) return undefined;
  const duplicate = findDuplicateKey(tree, leafIndexes.map(leafToNode));
  return duplicate === undefined
    ? undefined
    : { code: "duplicate-key", detail: `node ${duplicate}` };
}

export interface CommitResult {
  readonly committer: number;
  readonly list: readonly ListedProposal[];
  readonly provisional: Provisional;
  /** With the path, where there is one. */
  readonly tree: RatchetTree;
  readonly hasPath: boolean;
  readonly authenticatedData: Uint8Array;
}

/** Every member supports what the others and the group use (ML-67). */
export function checkMembers(
  tree: RatchetTree,
  extensions: readonly Extension[],
): Refusal | undefined {
  const fault = checkCompatibility(tree, extensions);
  if (fault === undefined) return undefined;
  return fault.kind === "group-extension"
    ? { code: "unsupported-extension", detail: fault.kind }
    : { code: "required-capabilities", detail: fault.kind };
}

/** The members together, and the policy's last word. */
export function checkCommitResult(
  state: GroupState,
  env: GroupEnv,
  result: CommitResult,
): Refusal | undefined {
  const { provisional, tree } = result;
  const fault = checkMembers(tree, provisional.extensions);
  if (fault !== undefined) return fault;
  const verdict = env.policy.checkCommit({
    group: state,
    committer: result.committer,
    proposals: result.list,
    hasPath: result.hasPath,
    added: provisional.added.map((member) => member.leafIndex),
    removed: provisional.removed.map((change) => change.leafIndex),
    treeAfter: tree,
    extensionsAfter: provisional.extensions,
    authenticatedData: result.authenticatedData,
  });
  return verdict === undefined
    ? undefined
    : { code: "policy", detail: verdict };
}
