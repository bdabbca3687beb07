/** Founding a group of one (RFC 9420, 11; docs/spec/mls-profile.md, ML-1, ML-54). Others come by Adds. */
import { err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { zeroSecret } from "../schedule/key-schedule.ts";
import type { Extension } from "../structs/extension.ts";
import { hasDuplicateExtensions } from "../structs/extension.ts";
import { MLS10 } from "../structs/protocol-version.ts";
import { createTree, treeHash } from "../tree/ratchet-tree.ts";
import { leafToNode } from "../tree/tree-math.ts";
import { checkMembers } from "./commit-result.ts";
import { deriveEpoch, enterEpoch } from "./epoch.ts";
import { createKeyPackage, validateKeyPackage } from "./key-package.ts";
import type { KeyPackageOptions } from "./key-package.ts";
import type { Refusal } from "./outcome.ts";
import type { GroupEnv, GroupState } from "./state.ts";

export interface GroupOptions extends Omit<KeyPackageOptions, "extensions"> {
  /** Random, so that no two groups share it. */
  readonly groupId: Uint8Array;
  /** Of the GroupContext. */
  readonly extensions?: readonly Extension[];
}

/** A group with its founder alone, in epoch 0. */
export function createGroup(
  env: GroupEnv,
  options: GroupOptions,
): Result<GroupState, Refusal> {
  const { suite, random } = env;
  const { groupId, extensions = [], ...leafOptions } = options;
  const own = createKeyPackage({ suite, random }, leafOptions);
  const { leafNode } = own.keyPackage;
  const tree = createTree(suite, leafNode);
  if (hasDuplicateExtensions(extensions))
    return err({ code: "duplicate-extension-type" });
  const fault =
    validateKeyPackage(env, { keyPackage: own.keyPackage }) ??
    checkMembers(tree, extensions);
  if (fault !== undefined) return err(fault);
  const verdict = env.policy.checkLeaf(leafNode, groupId);
  if (verdict !== undefined) return err({ code: "policy", detail: verdict });
  const context = {
    version: MLS10,
    cipherSuite: suite.id,
    groupId,
    epoch: 0n,
    treeHash: treeHash(tree),
    confirmedTranscriptHash: new Uint8Array(),
    extensions,
  };
  // RFC 9420 asks for a random epoch secret; a random init secret gives one that nobody else can derive either.
  const epoch = deriveEpoch(suite, context, {
    kind: "member",
    initSecret: random(suite.hashLength),
    commitSecret: zeroSecret(suite),
    pskSecret: zeroSecret(suite),
  });
  const state = enterEpoch(suite, epoch, {
    tree,
    own: {
      leafIndex: 0,
      signatureSeed: own.signatureSeed,
      privatePath: new Map([[leafToNode(0), own.leafKey]]),
    },
    past: [],
  });
  const refused = env.policy.checkJoin({
    group: state,
    extensions: [],
    signer: 0,
    ownLeafIndex: 0,
  });
  return refused === undefined
    ? ok(state)
    : err({ code: "policy", detail: refused });
}
