/**
 * From one epoch to the next (RFC 9420, 8, 8.1, 8.2 and 12.4; docs/spec/mls-profile.md, ML-35, ML-66). Committer, receiver and
 * joiner all come through here, so that they cannot derive different things.
 */
import {
  advanceKeySchedule,
  epochFromJoiner,
} from "../schedule/key-schedule.ts";
import type { EpochSecrets } from "../schedule/key-schedule.ts";
import { createSecretTree } from "../schedule/secret-tree.ts";
import {
  confirmationTag,
  confirmedTranscriptHash,
  interimTranscriptHash,
} from "../schedule/transcript.ts";
import type { SignedCommit } from "../schedule/transcript.ts";
import type { Extension } from "../structs/extension.ts";
import { encodeGroupContext } from "../structs/group-context.ts";
import type { GroupContext } from "../structs/group-context.ts";
import type { Suite } from "../suite.ts";
import { leafCount, treeHash } from "../tree/ratchet-tree.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import { MAX_PAST_EPOCHS } from "./limits.ts";
import { rosterOf, withoutLeaves } from "./roster.ts";
import type {
  GroupEnv,
  GroupState,
  KeptSecrets,
  OwnLeaf,
  PastEpoch,
} from "./state.ts";

/** The encoded context that path secrets are encrypted under: the next one, with the transcript as it was. */
export function provisionalContext(
  state: GroupState,
  extensions: readonly Extension[],
  hash: Uint8Array,
): Uint8Array {
  return encodeGroupContext({
    ...state.context,
    epoch: state.context.epoch + 1n,
    treeHash: hash,
    extensions,
  });
}

/** The context of the epoch that a signed commit begins. */
export function contextAfter(
  suite: Suite,
  state: GroupState,
  o: {
    readonly commit: SignedCommit;
    readonly tree: RatchetTree;
    readonly extensions: readonly Extension[];
  },
): GroupContext {
  return {
    ...state.context,
    epoch: state.context.epoch + 1n,
    treeHash: treeHash(o.tree),
    confirmedTranscriptHash: confirmedTranscriptHash(
      suite,
      state.interimTranscriptHash,
      o.commit,
    ),
    extensions: o.extensions,
  };
}

/** Either what a member knows, or what a joiner (and the commit's own author) holds. */
export type EpochInput =
  | {
      readonly kind: "member";
      readonly initSecret: Uint8Array;
      readonly commitSecret: Uint8Array;
      readonly pskSecret: Uint8Array;
    }
  | {
      readonly kind: "joiner";
      readonly joinerSecret: Uint8Array;
      readonly pskSecret: Uint8Array;
    };

/** An epoch with its secrets, before anyone has agreed to be in it. */
export interface DerivedEpoch {
  readonly context: GroupContext;
  readonly contextBytes: Uint8Array;
  readonly joinerSecret: Uint8Array;
  readonly secrets: EpochSecrets;
  readonly confirmationTag: Uint8Array;
}

export function deriveEpoch(
  suite: Suite,
  context: GroupContext,
  input: EpochInput,
): DerivedEpoch {
  const contextBytes = encodeGroupContext(context);
  const { joinerSecret, epoch: secrets } =
    input.kind === "member"
      ? advanceKeySchedule(suite, { ...input, groupContext: contextBytes })
      : {
          joinerSecret: input.joinerSecret,
          epoch: epochFromJoiner(suite, {
            ...input,
            groupContext: contextBytes,
          }),
        };
  return {
    context,
    contextBytes,
    joinerSecret,
    secrets,
    confirmationTag: confirmationTag(
      suite,
      secrets.confirmationKey,
      context.confirmedTranscriptHash,
    ),
  };
}

/** The state of a member who is in the epoch; secrets without a further use are left behind here. */
export function enterEpoch(
  suite: Suite,
  epoch: DerivedEpoch,
  o: {
    readonly tree: RatchetTree;
    readonly own: OwnLeaf;
    readonly past: readonly PastEpoch[];
  },
): GroupState {
  return {
    suiteId: suite.id,
    context: epoch.context,
    contextBytes: epoch.contextBytes,
    tree: o.tree,
    own: o.own,
    secrets: keptOf(epoch.secrets),
    confirmationTag: epoch.confirmationTag,
    interimTranscriptHash: interimTranscriptHash(
      suite,
      epoch.context.confirmedTranscriptHash,
      epoch.confirmationTag,
    ),
    secretTree: createSecretTree(
      suite,
      epoch.secrets.encryptionSecret,
      leafCount(o.tree),
    ),
    proposals: new Map(),
    sent: [],
    past: o.past,
  };
}

/**
 * The past of the epoch that follows `state`: what late application messages need, for no more epochs than allowed. Those
 * whom the commit removed are struck from it: what they send from now on counts for nothing (ML-20).
 */
export function pastAfter(
  state: GroupState,
  env: GroupEnv,
  removed: ReadonlySet<number>,
): readonly PastEpoch[] {
  const keep = Math.min(env.policy.limits.pastEpochs, MAX_PAST_EPOCHS);
  const justPast: PastEpoch = {
    epoch: state.context.epoch,
    groupContext: state.contextBytes,
    senderDataSecret: state.secrets.senderDataSecret,
    roster: rosterOf(state.tree),
    secretTree: state.secretTree,
  };
  const past = [justPast, ...state.past].slice(0, keep);
  if (removed.size === 0) return past;
  return past.map((one) => ({
    ...one,
    roster: withoutLeaves(one.roster, removed),
  }));
}

/** Erases past epochs but the newest `keep`. Both parts of the state change. */
export function forgetPastEpochs(
  state: GroupState,
  { keep }: { readonly keep: number },
): GroupState {
  return { ...state, past: state.past.slice(0, Math.max(0, keep)) };
}

function keptOf(secrets: EpochSecrets): KeptSecrets {
  return {
    senderDataSecret: secrets.senderDataSecret,
    exporterSecret: secrets.exporterSecret,
    membershipKey: secrets.membershipKey,
    resumptionPsk: secrets.resumptionPsk,
    epochAuthenticator: secrets.epochAuthenticator,
    initSecret: secrets.initSecret,
  };
}
