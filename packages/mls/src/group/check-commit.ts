/**
 * The public half of following a commit (RFC 9420, 12.4.2; docs/spec/mls-profile.md, ML-10, ML-11, ML-60 to ML-68): everything
 * that all members of the epoch can see and must judge alike. It reads the state's public parts and the proposal cache,
 * which the log gives every member alike, and uses no key.
 */
import { err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import type { Commit } from "../structs/commit.ts";
import type { UpdatePath } from "../structs/update-path.ts";
import { checkUpdatePath } from "../tree/check-path.ts";
import { validateLeaf } from "../tree/leaf-validation.ts";
import { leafAt } from "../tree/ratchet-tree.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import { applyProposals } from "./apply-proposals.ts";
import type { Provisional } from "./apply-proposals.ts";
import { checkSuccession } from "./check-proposal.ts";
import { checkCommitResult, checkKeys } from "./commit-result.ts";
import type { Refusal } from "./outcome.ts";
import {
  checkProposals,
  isPathRequired,
  resolveProposals,
} from "./proposal-list.ts";
import type { ListedProposal } from "./proposal-list.ts";
import type { GroupEnv, GroupState } from "./state.ts";

export interface CommitInput {
  readonly committer: number;
  readonly commit: Commit;
  readonly confirmationTag: Uint8Array;
  readonly authenticatedData: Uint8Array;
  /** False only for our own commit, whose signatures were checked when it was made. */
  readonly checkSignatures: boolean;
}

/** A commit that is publicly valid, with the group as it leaves it. */
export interface CheckedCommit {
  readonly committer: number;
  readonly list: readonly ListedProposal[];
  readonly provisional: Provisional;
  readonly path: UpdatePath | undefined;
  /** With the path's public keys, where there is a path. */
  readonly tree: RatchetTree;
}

export function checkCommit(
  state: GroupState,
  env: GroupEnv,
  input: CommitInput,
): Result<CheckedCommit, Refusal> {
  const { committer, commit } = input;
  // Whatever the tag should be, its length is public.
  if (input.confirmationTag.length !== env.suite.hashLength)
    return err({ code: "bad-confirmation-tag" });
  const resolved = resolveProposals(state, committer, commit.proposals);
  if (!resolved.ok) return resolved;
  const list = resolved.value;
  const listFault = checkProposals(state, env, { ...input, list });
  if (listFault !== undefined) return err(listFault);
  if (commit.path === undefined && isPathRequired(env, list))
    return err({ code: "path-required" });
  const applied = applyProposals(state, env, list);
  if (!applied.ok) return applied;
  const provisional = applied.value;
  const merged = mergePath(state, env, { ...input, provisional });
  if (!merged.ok) return merged;
  const tree = merged.value;
  const resultFault = checkCommitResult(state, env, {
    ...input,
    list,
    provisional,
    tree,
    hasPath: commit.path !== undefined,
  });
  if (resultFault !== undefined) return err(resultFault);
  return ok({ committer, list, provisional, path: commit.path, tree });
}

/** Leaves that the commit itself added: no path secret is encrypted to them (trap 3). */
export function excludedLeaves(provisional: Provisional): ReadonlySet<number> {
  return new Set(provisional.added.map((member) => member.leafIndex));
}

/** The path leaf of a commit that we are making, with the checks that its receivers will make. */
export function checkOwnLeaf(
  state: GroupState,
  env: GroupEnv,
  { path }: { readonly path: UpdatePath },
): Refusal | undefined {
  const { leafIndex } = state.own;
  const before = leafAt(state.tree, leafIndex);
  if (before === undefined) return { code: "unknown-leaf" };
  const fault = validateLeaf(env.suite, path.leafNode, {
    kind: "commit",
    place: { groupId: state.context.groupId, leafIndex },
    replaced: before,
    checkSignature: false,
  });
  if (fault !== undefined)
    return { code: "invalid-path", detail: `leaf-${fault}` };
  return checkSuccession(state, env, { before, after: path.leafNode });
}

function mergePath(
  state: GroupState,
  env: GroupEnv,
  o: CommitInput & { readonly provisional: Provisional },
): Result<RatchetTree, Refusal> {
  const { committer, provisional } = o;
  const { path } = o.commit;
  const keyFault = checkKeys(provisional);
  if (keyFault !== undefined) return err(keyFault);
  if (path === undefined) return ok(provisional.tree);
  const merged = checkUpdatePath(env.suite, {
    tree: provisional.tree,
    sender: committer,
    path,
    excluded: excludedLeaves(provisional),
    groupId: state.context.groupId,
    checkSignature: o.checkSignatures,
  });
  if (!merged.ok) {
    const { error } = merged;
    const detail = error.kind === "leaf" ? `leaf-${error.fault}` : error.kind;
    return err({ code: "invalid-path", detail });
  }
  const before = leafAt(state.tree, committer);
  if (before === undefined) return err({ code: "unknown-leaf" });
  const fault = checkSuccession(state, env, { before, after: path.leafNode });
  return fault === undefined ? merged : err(fault);
}
