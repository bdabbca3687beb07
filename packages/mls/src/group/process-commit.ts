/**
 * Following a commit (RFC 9420, 12.4.2; docs/spec/mls-profile.md, ML-11 to ML-15). First everything that all members can see
 * (check-commit.ts), then, and only if all of that holds, our private keys. Our own commits come through here too: what
 * differs is only where the private half comes from.
 */
import { equalBytes, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { zeroSecret } from "../schedule/key-schedule.ts";
import type { SignedCommit } from "../schedule/transcript.ts";
import { decodeAuthenticatedContent } from "../structs/framed-content.ts";
import { openUpdatePath } from "../tree/open-path.ts";
import { prunePrivatePath } from "../tree/private-path.ts";
import { treeHash } from "../tree/ratchet-tree.ts";
import type { PrivatePath } from "../tree/ratchet-tree.ts";
import { leafToNode } from "../tree/tree-math.ts";
import { checkCommit, excludedLeaves } from "./check-commit.ts";
import type { CheckedCommit, CommitInput } from "./check-commit.ts";
import {
  contextAfter,
  deriveEpoch,
  enterEpoch,
  pastAfter,
  provisionalContext,
} from "./epoch.ts";
import type { EpochInput } from "./epoch.ts";
import type { CommitEffect, HaltReason, Outcome } from "./outcome.ts";
import { fitsCommit } from "./pending-commit.ts";
import type { PendingCommit } from "./pending-commit.ts";
import { pskSecretFor } from "./psks.ts";
import type { GroupEnv, GroupState, OwnLeaf } from "./state.ts";

export interface ReceivedCommit extends CommitInput {
  readonly signed: SignedCommit;
  /** The private half, when the commit is our own. */
  readonly pending: PendingCommit | undefined;
}

/** `state` has the message's key consumed already; a refusal hands it back. */
export function processCommit(
  state: GroupState,
  env: GroupEnv,
  received: ReceivedCommit,
): Outcome {
  const { committer } = received;
  const checked = checkCommit(state, env, received);
  if (!checked.ok) return { kind: "refused", state, reason: checked.error };
  const effect = describeCommit(state, checked.value, received);
  // Trap 5: the proposals decide, because our leaf may hold someone else by now.
  if (removedLeaves(checked.value).has(state.own.leafIndex)) {
    const { proposals, authenticatedData } = effect;
    return { kind: "removed", committer, proposals, authenticatedData };
  }
  const half = openPrivateHalf(state, env, {
    checked: checked.value,
    pending: received.pending,
  });
  if (!half.ok) return { kind: "halted", reason: half.error, committer };
  const context = contextAfter(env.suite, state, {
    commit: received.signed,
    tree: checked.value.tree,
    extensions: checked.value.provisional.extensions,
  });
  const epoch = deriveEpoch(env.suite, context, half.value.input);
  if (!equalBytes(epoch.confirmationTag, received.confirmationTag))
    return wrongTag(state, checked.value, received);
  const after = enterEpoch(env.suite, epoch, {
    tree: checked.value.tree,
    own: half.value.own,
    past: pastAfter(state, env, removedLeaves(checked.value)),
  });
  return { kind: "applied", state: after, effect };
}

function removedLeaves({ provisional }: CheckedCommit): ReadonlySet<number> {
  return new Set(provisional.removed.map(({ leafIndex }) => leafIndex));
}

/**
 * ML-12 to ML-14: where every member computes the same tag, a wrong one is everybody's verdict. No signature covers the
 * tag, so any member can send a steward's commit with another one. A path that opened to the public keys it shows
 * fixes the commit secret, so only PSKs leave room for doubt. Our own tag we know whatever the commit covers.
 */
function wrongTag(
  state: GroupState,
  { committer, provisional }: CheckedCommit,
  { pending, confirmationTag }: ReceivedCommit,
): Outcome {
  const isPublic =
    pending === undefined
      ? provisional.psks.length === 0
      : !isTagOf(pending, confirmationTag);
  return isPublic
    ? { kind: "refused", state, reason: { code: "bad-confirmation-tag" } }
    : { kind: "halted", reason: "confirmation-tag", committer };
}

/** Whether we made the commit with this tag; if so and it is wrong, the pending half is damaged and the others go on. */
function isTagOf(pending: PendingCommit, tag: Uint8Array): boolean {
  const made = decodeAuthenticatedContent(pending.content);
  if (!made.ok) return true;
  const { confirmationTag } = made.value.auth;
  return confirmationTag !== undefined && equalBytes(confirmationTag, tag);
}

interface PrivateHalf {
  readonly own: OwnLeaf;
  readonly input: EpochInput;
}

function openPrivateHalf(
  state: GroupState,
  env: GroupEnv,
  o: {
    readonly checked: CheckedCommit;
    readonly pending: PendingCommit | undefined;
  },
): Result<PrivateHalf, HaltReason> {
  const { checked, pending } = o;
  if (pending !== undefined) {
    const { tree, path } = checked;
    const { leafIndex } = state.own;
    const after = { tree, leafIndex, hasPath: path !== undefined };
    return fitsCommit(env.suite, pending, after)
      ? ok(halfOfPending(state, checked, pending))
      : err("missing-pending");
  }
  const own = ownAfterProposals(state, checked);
  if (!own.ok) return own;
  const psk = pskSecretFor(env, checked.provisional.psks, state);
  if (!psk.ok) return err("missing-psk");
  const opened = openPath(state, env, { checked, own: own.value });
  if (!opened.ok) return opened;
  const { privatePath, commitSecret } = opened.value;
  return ok({
    own: { ...own.value, privatePath },
    input: {
      kind: "member",
      initSecret: state.secrets.initSecret,
      commitSecret,
      pskSecret: psk.value,
    },
  });
}

function halfOfPending(
  state: GroupState,
  { tree }: CheckedCommit,
  { path, joinerSecret, pskSecret }: PendingCommit,
): PrivateHalf {
  const { own } = state;
  return {
    own: {
      leafIndex: own.leafIndex,
      signatureSeed: path?.signatureSeed ?? own.signatureSeed,
      privatePath: path?.keys ?? prunePrivatePath(tree, own.privatePath),
    },
    input: { kind: "joiner", joinerSecret, pskSecret },
  };
}

/** ML-65: the keys of our own Update take effect when it is committed. */
function ownAfterProposals(
  state: GroupState,
  { list }: CheckedCommit,
): Result<OwnLeaf, HaltReason> {
  const { own } = state;
  const update = list.find(
    ({ proposal, sender }) =>
      proposal.kind === "update" && sender === own.leafIndex,
  );
  const reference = update?.reference;
  if (reference === undefined) return ok(own);
  for (const sent of state.sent) {
    if (sent.kind !== "proposal" || sent.updateKeys === undefined) continue;
    if (!equalBytes(sent.reference, reference)) continue;
    const { leafKey, signatureSeed } = sent.updateKeys;
    const privatePath = new Map(own.privatePath);
    privatePath.set(leafToNode(own.leafIndex), leafKey);
    return ok({ ...own, signatureSeed, privatePath });
  }
  return err("missing-update-key");
}

function openPath(
  state: GroupState,
  env: GroupEnv,
  o: { readonly checked: CheckedCommit; readonly own: OwnLeaf },
): Result<
  { readonly commitSecret: Uint8Array; readonly privatePath: PrivatePath },
  HaltReason
> {
  const { path, provisional, tree, committer } = o.checked;
  const { privatePath } = o.own;
  if (path === undefined) {
    return ok({
      commitSecret: zeroSecret(env.suite),
      privatePath: prunePrivatePath(tree, privatePath),
    });
  }
  const opened = openUpdatePath(env.suite, {
    tree,
    sender: committer,
    self: o.own.leafIndex,
    path,
    groupContext: provisionalContext(
      state,
      provisional.extensions,
      treeHash(tree),
    ),
    excluded: excludedLeaves(provisional),
    privatePath,
  });
  if (opened.ok) return opened;
  return err(
    opened.error.kind === "key-mismatch"
      ? "path-key-mismatch"
      : "path-not-opened",
  );
}

function describeCommit(
  state: GroupState,
  checked: CheckedCommit,
  received: ReceivedCommit,
): CommitEffect {
  const { provisional, list } = checked;
  return {
    kind: "commit",
    committer: checked.committer,
    own: checked.committer === state.own.leafIndex,
    hasPath: checked.path !== undefined,
    proposals: list,
    added: provisional.added.map(({ leafIndex, keyPackage }) => ({
      leafIndex,
      leaf: keyPackage.leafNode,
    })),
    removed: provisional.removed,
    authenticatedData: received.authenticatedData,
  };
}
