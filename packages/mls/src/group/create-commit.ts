/**
 * Making a commit (RFC 9420, 12.4.1; docs/spec/mls-profile.md, ML-64, ML-69). Nothing is applied here: the epoch changes when the log shows the
 * commit as the winner. What the new epoch's secrets are is settled now, and kept in the pending commit.
 */
import { err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { makeKeyPackageRef } from "../labeled.ts";
import { zeroSecret } from "../schedule/key-schedule.ts";
import { encodeAuthenticatedContent } from "../structs/framed-content.ts";
import type { AuthenticatedContent } from "../structs/framed-content.ts";
import { encodeKeyPackage } from "../structs/key-package.ts";
import type { Suite } from "../suite.ts";
import type { NewPath } from "../tree/create-path.ts";
import { commonAncestor, leafToNode } from "../tree/tree-math.ts";
import type { AddedMember } from "./apply-proposals.ts";
import { contextAfter, deriveEpoch } from "./epoch.ts";
import type { Refusal } from "./outcome.ts";
import { rememberKeyPair } from "./own-keys.ts";
import type { Joiner, OwnPath, PendingCommit } from "./pending-commit.ts";
import { planCommit } from "./plan-commit.ts";
import type { CommitOptions, CommitPlan } from "./plan-commit.ts";
import { pskSecretFor } from "./psks.ts";
import {
  isEpochExhausted,
  protectHandshake,
  signContent,
} from "./send-handshake.ts";
import type { GroupEnv, GroupState } from "./state.ts";

export interface CreatedCommit {
  /** Only our handshake ratchet moved. Store it, and `pending`, before the message leaves. */
  readonly state: GroupState;
  readonly pending: PendingCommit;
  readonly message: Uint8Array;
}

/** A commit for this epoch, or the reason why the others would refuse it. */
export function createCommit(
  state: GroupState,
  env: GroupEnv,
  options: CommitOptions,
): Result<CreatedCommit, Refusal> {
  if (isEpochExhausted(state, env, options))
    return err({ code: "epoch-exhausted" });
  const planned = planCommit(state, env, options);
  if (!planned.ok) return planned;
  const plan = planned.value;
  const confirmed = confirmCommit(state, env, { ...options, plan });
  if (!confirmed.ok) return confirmed;
  const { authenticated, joinerSecret, pskSecret } = confirmed.value;
  const sealed = protectHandshake(state, env, {
    authenticated,
    padding: options.padding ?? 0,
  });
  if (!sealed.ok) return sealed;
  const { message, messageHash } = sealed.value;
  const sent = [...state.sent, { kind: "commit" as const, messageHash }];
  const pending: PendingCommit = {
    suiteId: env.suite.id,
    groupId: state.context.groupId,
    epoch: state.context.epoch,
    messageHash,
    content: encodeAuthenticatedContent(authenticated),
    path:
      plan.path && ownPathOf(state, env, { ...options, plan, path: plan.path }),
    joinerSecret,
    pskSecret,
    psks: plan.provisional.psks,
    joiners: plan.provisional.added.map((one) => joinerOf(env.suite, one)),
  };
  return ok({ state: { ...sealed.value.state, sent }, pending, message });
}

interface ConfirmedCommit {
  readonly authenticated: AuthenticatedContent;
  readonly joinerSecret: Uint8Array;
  readonly pskSecret: Uint8Array;
}

/** Signs the commit, and derives the epoch that its signature is part of, and its tag from that. */
function confirmCommit(
  state: GroupState,
  env: GroupEnv,
  o: CommitOptions & { readonly plan: CommitPlan },
): Result<ConfirmedCommit, Refusal> {
  const { suite } = env;
  const { entries, path, provisional, tree } = o.plan;
  const psk = pskSecretFor(env, provisional.psks, state);
  if (!psk.ok) return err({ code: "missing-psk" });
  const pskSecret = psk.value;
  const commit = { proposals: entries, path: path?.path };
  const signed = signContent(suite, state, {
    ...o,
    content: { kind: "commit", commit },
  });
  const { extensions } = provisional;
  const context = contextAfter(suite, state, {
    commit: signed,
    tree,
    extensions,
  });
  const { confirmationTag, joinerSecret } = deriveEpoch(suite, context, {
    kind: "member",
    initSecret: state.secrets.initSecret,
    commitSecret: path?.commitSecret ?? zeroSecret(suite),
    pskSecret,
  });
  const { signature } = signed.auth;
  const authenticated = { ...signed, auth: { signature, confirmationTag } };
  return ok({ authenticated, joinerSecret, pskSecret });
}

/** Only the path secrets that a Welcome will carry are kept. */
function ownPathOf(
  { own }: GroupState,
  { suite }: GroupEnv,
  o: CommitOptions & { readonly plan: CommitPlan; readonly path: NewPath },
): OwnPath {
  const { path } = o;
  const leafKey = path.privatePath.get(leafToNode(own.leafIndex));
  if (leafKey !== undefined) rememberKeyPair(suite, leafKey);
  const secrets = new Map<number, Uint8Array>();
  for (const { leafIndex } of o.plan.provisional.added) {
    const node = commonAncestor(own.leafIndex, leafIndex);
    const secret = path.pathSecrets.get(node);
    if (secret !== undefined) secrets.set(node, secret);
  }
  return {
    keys: path.privatePath,
    secrets,
    signatureSeed: o.leaf?.signatureSeed ?? own.signatureSeed,
  };
}

function joinerOf(
  suite: Suite,
  { leafIndex, keyPackage }: AddedMember,
): Joiner {
  return {
    leafIndex,
    keyPackageRef: makeKeyPackageRef(suite, encodeKeyPackage(keyPackage)),
    initKey: keyPackage.initKey,
  };
}
