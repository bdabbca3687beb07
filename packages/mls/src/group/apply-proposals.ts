/**
 * The tree and the GroupContext's extensions after a list of proposals (RFC 9420, 12.3; docs/spec/mls-profile.md, ML-63). The list was
 * found valid before; this only carries it out, always in the order extensions, updates, removes, adds.
 */
import { err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import type { Extension } from "../structs/extension.ts";
import type { KeyPackage } from "../structs/key-package.ts";
import type { PreSharedKeyId } from "../structs/pre-shared-key.ts";
import { leafAt } from "../tree/ratchet-tree.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import {
  addLeaf,
  draftLeafCount,
  editTree,
  removeLeaf,
  sealDraft,
  updateLeaf,
} from "../tree/tree-draft.ts";
import type { LeafChange } from "./committed-proposal.ts";
import type { Refusal } from "./outcome.ts";
import type { ListedProposal } from "./proposal-list.ts";
import type { GroupEnv, GroupState } from "./state.ts";

export interface AddedMember {
  readonly leafIndex: number;
  readonly keyPackage: KeyPackage;
}

/** The group as the proposals alone would leave it, before a path. */
export interface Provisional {
  readonly tree: RatchetTree;
  readonly extensions: readonly Extension[];
  readonly added: readonly AddedMember[];
  /** With the leaves as they were. */
  readonly removed: readonly LeafChange[];
  readonly updated: readonly number[];
  /** In the order of the commit, which is the order of the key schedule. */
  readonly psks: readonly PreSharedKeyId[];
}

/** Carries the list out; refused only when the tree would grow beyond the profile's bound. */
export function applyProposals(
  state: GroupState,
  env: GroupEnv,
  list: readonly ListedProposal[],
): Result<Provisional, Refusal> {
  const psks: PreSharedKeyId[] = [];
  let { extensions } = state.context;
  for (const { proposal } of list) {
    if (proposal.kind === "psk") psks.push(proposal.psk);
    if (proposal.kind === "group-context-extensions")
      extensions = proposal.extensions;
  }
  const changed = changeTree(state.tree, env, list);
  return changed.ok ? ok({ ...changed.value, extensions, psks }) : changed;
}

type ChangedTree = Pick<Provisional, "tree" | "added" | "removed" | "updated">;

function changeTree(
  before: RatchetTree,
  env: GroupEnv,
  list: readonly ListedProposal[],
): Result<ChangedTree, Refusal> {
  if (!list.some(isAboutLeaf))
    return ok({ tree: before, added: [], removed: [], updated: [] });
  const { maxLeaves } = env.policy.limits;
  const draft = editTree(before);
  const updated: number[] = [];
  const removed: LeafChange[] = [];
  const added: AddedMember[] = [];
  for (const { proposal, sender } of list) {
    if (proposal.kind !== "update") continue;
    updateLeaf(draft, sender, proposal.leafNode);
    updated.push(sender);
  }
  for (const { proposal } of list) {
    if (proposal.kind !== "remove") continue;
    const leafIndex = proposal.removed;
    const leaf = leafAt(before, leafIndex);
    if (leaf === undefined) return err({ code: "unknown-leaf" });
    removeLeaf(draft, leafIndex);
    removed.push({ leafIndex, leaf });
  }
  for (const { proposal } of list) {
    if (proposal.kind !== "add") continue;
    const { keyPackage } = proposal;
    added.push({ leafIndex: addLeaf(draft, keyPackage.leafNode), keyPackage });
    if (draftLeafCount(draft) > maxLeaves)
      return err({ code: "group-too-large" });
  }
  return ok({ tree: sealDraft(env.suite, draft), added, removed, updated });
}

function isAboutLeaf({ proposal }: ListedProposal): boolean {
  const { kind } = proposal;
  return kind === "add" || kind === "update" || kind === "remove";
}
