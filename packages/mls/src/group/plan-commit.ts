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
  const references = options.references ?? "all";
  if (references !== "all")
    return planEntries(state, env, { ...options, references });
  const chosen = selectProposals(state, env, options.proposals ?? []);
  const whole = planEntries(state, env, { ...options, references: chosen });
  if (whole.ok || chosen.length === 0) return whole;
  const together = standingTogether(state, env, { ...options, chosen });
  const part = planEntries(state, env, { ...options, references: together });
  return part.ok
    ? part
    : planEntries(state, env, { ...options, references: [] });
}

/**
 * The references that can be covered, when not all that were chosen can: a proposal that was valid when it came may not be so beside
 * another one or by now, and no member's proposal may keep the others from being committed. Halves are tried as a whole, so the
 * number of attempts is at most twice the references, and small when few are at fault.
 */
function standingTogether(
  state: GroupState,
  env: GroupEnv,
  o: CommitOptions & { readonly chosen: readonly Uint8Array[] },
): readonly Uint8Array[] {
  const isValid = (references: readonly Uint8Array[]): boolean => {
    const planned = planProposals(state, env, { ...o, references });
    if (!planned.ok) return false;
    const { list, provisional } = planned.value;
    const fault = checkResult(state, env, {
      ...o,
      list,
      provisional,
      tree: provisional.tree,
      hasPath: hasPath(env, { ...o, list }),
    });
    return fault === undefined;
  };
  const extend = (
    taken: readonly Uint8Array[],
    more: readonly Uint8Array[],
  ): readonly Uint8Array[] => {
    const all = [...taken, ...more];
    if (more.length === 0 || isValid(all)) return all;
    if (more.length === 1) return taken;
    const middle = more.length >> 1;
    return extend(extend(taken, more.slice(0, middle)), more.slice(middle));
  };
  const { chosen } = o;
  return isValid([]) ? extend([], chosen) : [];
}

type PlanOptions = CommitOptions & {
  readonly references: readonly Uint8Array[];
};

type ProposalPlan = Pick<CommitPlan, "entries" | "list" | "provisional">;

/** What the proposals are, that they stand together, and the tree that they lead to. */
function planProposals(
  state: GroupState,
  env: GroupEnv,
  options: PlanOptions,
): Result<ProposalPlan, Refusal> {
  const committer = state.own.leafIndex;
  const authenticatedData = options.authenticatedData ?? new Uint8Array();
  const entries = entriesOf(options);
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
  return keyFault === undefined
    ? ok({ entries, list, provisional })
    : err(keyFault);
}

function checkResult(
  state: GroupState,
  env: GroupEnv,
  o: CommitOptions &
    Pick<CommitPlan, "list" | "provisional" | "tree"> & {
      readonly hasPath: boolean;
    },
): Refusal | undefined {
  const { list, provisional, tree } = o;
  return checkCommitResult(state, env, {
    committer: state.own.leafIndex,
    list,
    provisional,
    tree,
    hasPath: o.hasPath,
    authenticatedData: o.authenticatedData ?? new Uint8Array(),
  });
}

function planEntries(
  state: GroupState,
  env: GroupEnv,
  options: PlanOptions,
): Result<CommitPlan, Refusal> {
  const planned = planProposals(state, env, options);
  if (!planned.ok) return planned;
  const { list, provisional } = planned.value;
  const made = makePath(state, env, { ...options, list, provisional });
  if (!made.ok) return made;
  const path = made.value;
  const tree = path?.tree ?? provisional.tree;
  const resultFault = checkResult(state, env, {
    ...options,
    list,
    provisional,
    tree,
    hasPath: path !== undefined,
  });
  if (resultFault !== undefined) return err(resultFault);
  return ok({ ...planned.value, path, tree });
}

/** References before values, so that what the group asked for comes before what we add. */
function entriesOf(options: PlanOptions): readonly ProposalOrRef[] {
  const byValue = options.proposals ?? [];
  return [
    ...options.references.map((reference) => ({
      kind: "reference" as const,
      reference,
    })),
    ...byValue.map((proposal) => ({ kind: "proposal" as const, proposal })),
  ];
}

function hasPath(
  env: GroupEnv,
  o: CommitOptions & Pick<CommitPlan, "list">,
): boolean {
  const isWanted = o.forcePath === true || o.leaf !== undefined;
  return isWanted || isPathRequired(env, o.list);
}

/** A path when one is required or wanted. */
function makePath(
  state: GroupState,
  env: GroupEnv,
  o: CommitOptions & Pick<CommitPlan, "list" | "provisional">,
): Result<NewPath | undefined, Refusal> {
  const { tree, extensions } = o.provisional;
  const { own, context } = state;
  if (!hasPath(env, o)) return ok(undefined);
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
