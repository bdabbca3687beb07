/**
 * What a commit of ours will cover and lead to, before it is signed (RFC 9420, 12.4.1; docs/spec/mls-profile.md, ML-43, ML-62, ML-63). Every
 * check that receivers make is made here first, with the same functions.
 */
import { err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import type { Proposal, ProposalOrRef } from "../structs/proposal.ts";
import { createUpdatePath } from "../tree/create-path.ts";
import type { NewPath } from "../tree/create-path.ts";
import { leafAt } from "../tree/ratchet-tree.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import { applyProposals } from "./apply-proposals.ts";
import type { Provisional } from "./apply-proposals.ts";
import { checkOwnLeaf, excludedLeaves } from "./check-commit.ts";
import { checkCommitResult, checkKeys } from "./commit-result.ts";
import { provisionalContext } from "./epoch.ts";
import { leafContent } from "./leaf-update.ts";
import type { LeafUpdate } from "./leaf-update.ts";
import type { Refusal } from "./outcome.ts";
import {
  checkProposals,
  isPathRequired,
  resolveProposals,
} from "./proposal-list.ts";
import type { ListedProposal } from "./proposal-list.ts";
import { selectProposals } from "./select-proposals.ts";
import type { SendOptions } from "./send-handshake.ts";
import type { GroupEnv, GroupState } from "./state.ts";

export interface CommitOptions extends SendOptions {
  readonly proposals?: readonly Proposal[];
  /** Cached proposals to cover; "all" (the default) takes as many as can stand together. */
  readonly references?: "all" | readonly Uint8Array[];
  /** A path also where none is required. A leaf update brings one by itself. */
  readonly forcePath?: boolean;
  readonly leaf?: LeafUpdate;
  /** Seconds since 1970, to refuse KeyPackages that are not valid now. */
  readonly now?: bigint;
}

export interface CommitPlan {
  readonly entries: readonly ProposalOrRef[];
  readonly list: readonly ListedProposal[];
  readonly provisional: Provisional;
  readonly path: NewPath | undefined;
  /** With the path, where there is one. */
  readonly tree: RatchetTree;
}

/** A commit that every member would accept, or the reason why they would not. */
export function planCommit(
  state: GroupState,
  env: GroupEnv,
  options: CommitOptions,
): Result<CommitPlan, Refusal> {
  const committer = state.own.leafIndex;
  const authenticatedData = options.authenticatedData ?? new Uint8Array();
  const entries = entriesOf(state, env, options);
  const resolved = resolveProposals(state, committer, entries);
  if (!resolved.ok) return resolved;
  const list = resolved.value;
  const listFault = checkProposals(state, env, {
    committer,
    list,
    authenticatedData,
    checkSignatures: true,
    now: options.now,
  });
  if (listFault !== undefined) return err(listFault);
  const applied = applyProposals(state, env, list);
  if (!applied.ok) return applied;
  const provisional = applied.value;
  const keyFault = checkKeys(provisional);
  if (keyFault !== undefined) return err(keyFault);
  const made = makePath(state, env, { ...options, list, provisional });
  if (!made.ok) return made;
  const path = made.value;
  const tree = path?.tree ?? provisional.tree;
  const resultFault = checkCommitResult(state, env, {
    committer,
    list,
    provisional,
    tree,
    hasPath: path !== undefined,
    authenticatedData,
  });
  if (resultFault !== undefined) return err(resultFault);
  return ok({ entries, list, provisional, path, tree });
}

/** References before values, so that what the group asked for comes before what we add. */
function entriesOf(
  state: GroupState,
  env: GroupEnv,
  options: CommitOptions,
): readonly ProposalOrRef[] {
  const byValue = options.proposals ?? [];
  const references = options.references ?? "all";
  const chosen =
    references === "all" ? selectProposals(state, env, byValue) : references;
  return [
    ...chosen.map((reference) => ({ kind: "reference" as const, reference })),
    ...byValue.map((proposal) => ({ kind: "proposal" as const, proposal })),
  ];
}

/** A path when one is required or wanted. */
function makePath(
  state: GroupState,
  env: GroupEnv,
  o: CommitOptions & Pick<CommitPlan, "list" | "provisional">,
): Result<NewPath | undefined, Refusal> {
  const { tree, extensions } = o.provisional;
  const { own, context } = state;
  const isWanted = o.forcePath === true || o.leaf !== undefined;
  if (!isWanted && !isPathRequired(env, o.list)) return ok(undefined);
  const leaf = leafAt(tree, own.leafIndex);
  if (leaf === undefined) return err({ code: "unknown-leaf" });
  const created = createUpdatePath(env.suite, {
    tree,
    leafIndex: own.leafIndex,
    leaf: leafContent(leaf, o.leaf),
    signatureSeed: o.leaf?.signatureSeed ?? own.signatureSeed,
    groupId: context.groupId,
    excluded: excludedLeaves(o.provisional),
    provisionalContext: (hash) => provisionalContext(state, extensions, hash),
    random: env.random,
  });
  if (!created.ok) return err({ code: "invalid-tree" });
  const fault = checkOwnLeaf(state, env, created.value);
  return fault === undefined ? created : err(fault);
}
