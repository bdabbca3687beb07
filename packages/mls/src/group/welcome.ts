/**
 * Building the Welcomes of a commit that won (RFC 9420, 12.4.3.1; docs/spec/mls-profile.md, ML-69). The tree may travel outside: every
 * entry's encryption hashes the whole sealed GroupInfo, so with the tree inside the work grows with the square of the group.
 */
import { assertInvariant, equalBytes, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import type { RandomBytes } from "@halqa/crypto";
import { drawAhead } from "../draw-ahead.ts";
import { encryptWithLabel, signWithLabel } from "../labeled.ts";
import {
  hasDuplicateExtensions,
  RATCHET_TREE_EXTENSION,
} from "../structs/extension.ts";
import type { Extension } from "../structs/extension.ts";
import { decodeAuthenticatedContent } from "../structs/framed-content.ts";
import { encodeGroupInfo, groupInfoTbs } from "../structs/group-info.ts";
import { encodeMlsMessage } from "../structs/mls-message.ts";
import { encodeGroupSecrets } from "../structs/welcome.ts";
import type { EncryptedGroupSecrets } from "../structs/welcome.ts";
import type { Suite } from "../suite.ts";
import { commonAncestor } from "../tree/tree-math.ts";
import { encodeTree } from "./export.ts";
import type { Joiner, PendingCommit } from "./pending-commit.ts";
import type { GroupEnv, GroupState } from "./state.ts";
import { welcomeKeys } from "./welcome-keys.ts";

export interface WelcomeOptions {
  /** The commit, just applied: `state` is the one it led to. */
  readonly pending: PendingCommit;
  /** With the tree inside, each joiner needs nothing else; without, it needs `encodeTree(state)`. */
  readonly treeInWelcome?: boolean;
  /** Of the GroupInfo: what the application tells every joiner. */
  readonly extensions?: readonly Extension[];
  /** Leaf indexes of the joiners, one list for each Welcome; by default one Welcome for all. */
  readonly batches?: readonly (readonly number[])[];
}

export interface WelcomeFault {
  readonly code: "other-state" | "unknown-joiner" | "weak-key";
}

/**
 * All Welcomes of a commit, as MLSMessages. To be called once for a commit, or again with the very same options: the
 * GroupInfo is sealed under a key and nonce that the commit fixes.
 */
export function buildWelcome(
  state: GroupState,
  env: GroupEnv,
  options: WelcomeOptions,
): Result<readonly Uint8Array[], WelcomeFault> {
  const { pending } = options;
  if (!isStateAfter(state, pending)) return err({ code: "other-state" });
  const batches = options.batches ?? [
    pending.joiners.map((joiner) => joiner.leafIndex),
  ];
  const encryptedGroupInfo = sealGroupInfo(state, env, options);
  const count = batches.reduce((sum, batch) => sum + batch.length, 0);
  const random = drawAhead(env.random, count * env.suite.kem.seedLength);
  const byLeaf = new Map(
    pending.joiners.map((joiner) => [joiner.leafIndex, joiner]),
  );
  const messages: Uint8Array[] = [];
  for (const batch of batches) {
    const secrets: EncryptedGroupSecrets[] = [];
    for (const leafIndex of batch) {
      const joiner = byLeaf.get(leafIndex);
      if (joiner === undefined) return err({ code: "unknown-joiner" });
      const entry = sealSecrets(state, env.suite, {
        random,
        pending,
        joiner,
        encryptedGroupInfo,
      });
      if (!entry.ok) return entry;
      secrets.push(entry.value);
    }
    if (secrets.length === 0) continue;
    const welcome = {
      cipherSuite: env.suite.id,
      secrets,
      encryptedGroupInfo,
    };
    messages.push(encodeMlsMessage({ kind: "welcome", welcome }));
  }
  return ok(messages);
}

function isStateAfter(state: GroupState, pending: PendingCommit): boolean {
  const content = decodeAuthenticatedContent(pending.content);
  const tag = content.ok ? content.value.auth.confirmationTag : undefined;
  return (
    tag !== undefined &&
    state.context.epoch === pending.epoch + 1n &&
    equalBytes(state.confirmationTag, tag)
  );
}

function sealGroupInfo(
  state: GroupState,
  { suite }: GroupEnv,
  o: WelcomeOptions,
): Uint8Array {
  const extensions = [...(o.extensions ?? [])];
  if (o.treeInWelcome === true)
    extensions.push({ type: RATCHET_TREE_EXTENSION, data: encodeTree(state) });
  assertInvariant(
    !hasDuplicateExtensions(extensions),
    "the caller gives each extension once, and never the tree",
  );
  const unsigned = {
    groupContext: state.context,
    extensions,
    confirmationTag: state.confirmationTag,
    signer: state.own.leafIndex,
  };
  const signature = signWithLabel(suite, {
    key: state.own.signatureSeed,
    label: "GroupInfoTBS",
    content: groupInfoTbs(unsigned),
  });
  return suite.aead.seal({
    ...welcomeKeys(suite, o.pending),
    aad: new Uint8Array(),
    plaintext: encodeGroupInfo({ ...unsigned, signature }),
  });
}

function sealSecrets(
  state: GroupState,
  suite: Suite,
  o: {
    readonly random: RandomBytes;
    readonly pending: PendingCommit;
    readonly joiner: Joiner;
    readonly encryptedGroupInfo: Uint8Array;
  },
): Result<EncryptedGroupSecrets, WelcomeFault> {
  const { pending, joiner } = o;
  const node = commonAncestor(state.own.leafIndex, joiner.leafIndex);
  const pathSecret = pending.path?.secrets.get(node);
  const { joinerSecret, psks } = pending;
  const secrets = encryptWithLabel(suite, {
    publicKey: joiner.initKey,
    label: "Welcome",
    context: o.encryptedGroupInfo,
    plaintext: encodeGroupSecrets({ joinerSecret, pathSecret, psks }),
    random: o.random,
  });
  return secrets.ok
    ? ok({ newMember: joiner.keyPackageRef, secrets: secrets.value })
    : err({ code: "weak-key" });
}
