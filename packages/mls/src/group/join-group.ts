/**
 * Joining by a Welcome (RFC 9420, 12.4.3.1; docs/spec/mls-profile.md, ML-51 to ML-54). The joiner has seen nothing of the group's
 * history, so it believes nothing it can check: the tree, every leaf, the signature, the tag, its own place.
 */
import { equalBytes, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import {
  decryptWithLabel,
  makeKeyPackageRef,
  verifyWithLabel,
} from "../labeled.ts";
import {
  hasDuplicateExtensions,
  findExtension,
  RATCHET_TREE_EXTENSION,
} from "../structs/extension.ts";
import type { Extension } from "../structs/extension.ts";
import { decodeGroupInfo, groupInfoTbs } from "../structs/group-info.ts";
import type { GroupInfo } from "../structs/group-info.ts";
import { encodeKeyPackage } from "../structs/key-package.ts";
import { encodeLeafNode } from "../structs/leaf-node.ts";
import type { LeafNode } from "../structs/leaf-node.ts";
import { decodeMlsMessage } from "../structs/mls-message.ts";
import { decodeRatchetTree } from "../structs/tree-node.ts";
import { decodeGroupSecrets } from "../structs/welcome.ts";
import type { GroupSecrets, Welcome } from "../structs/welcome.ts";
import type { Suite } from "../suite.ts";
import { implantPathSecret } from "../tree/open-path.ts";
import {
  leafAt,
  leafCount,
  leaves,
  treeFromNodes,
  treeHash,
} from "../tree/ratchet-tree.ts";
import type { PrivatePath, RatchetTree } from "../tree/ratchet-tree.ts";
import { directPath, leafToNode } from "../tree/tree-math.ts";
import { validateTree } from "../tree/tree-validation.ts";
import { deriveEpoch, enterEpoch } from "./epoch.ts";
import { MAX_EPOCH } from "./limits.ts";
import { isLifetimeTooLong } from "./key-package.ts";
import type { OwnKeyPackage } from "./key-package.ts";
import { isKeyPairLong, isKeyPairOf, isSeedOf } from "./own-keys.ts";
import { pskSecretFor } from "./psks.ts";
import type { GroupEnv, GroupState } from "./state.ts";
import { welcomeKeys } from "./welcome-keys.ts";

export interface JoinOptions {
  /** The Welcome, as an encoded MLSMessage. */
  readonly welcome: Uint8Array;
  /** The KeyPackage it should be for. Erase its private half once the new state is stored. */
  readonly own: OwnKeyPackage;
  /** The encoded tree, when it does not travel in the Welcome. */
  readonly tree?: Uint8Array;
}

export interface JoinFault {
  readonly code:
    | "malformed"
    | "suite"
    /** The private keys given are not those of the KeyPackage given. */
    | "own-keys"
    /** No entry for this KeyPackage, or one that its init key does not open. */
    | "not-for-us"
    | "missing-psk"
    | "psk-usage"
    | "not-opened"
    | "no-tree"
    | "invalid-tree"
    | "unknown-signer"
    | "bad-signature"
    | "own-leaf"
    | "path-key-mismatch"
    | "bad-confirmation-tag"
    | "policy";
  readonly detail?: string;
}

export interface JoinedGroup {
  readonly state: GroupState;
  /** The member who signed the GroupInfo. */
  readonly signer: number;
  /** The GroupInfo's own extensions, without the tree. */
  readonly extensions: readonly Extension[];
}

export function joinGroup(
  env: GroupEnv,
  options: JoinOptions,
): Result<JoinedGroup, JoinFault> {
  const opened = openWelcome(env, options);
  if (!opened.ok) return opened;
  const { groupInfo, pskSecret, secrets } = opened.value;
  const tree = readTree(env, groupInfo, options.tree);
  if (!tree.ok) return tree;
  const checked = checkGroup(env, groupInfo, tree.value);
  if (checked !== undefined) return err(checked);
  const path = takeOwnPlace(env, {
    own: options.own,
    groupInfo,
    secrets,
    tree: tree.value,
  });
  if (!path.ok) return path;
  const { signer, groupContext } = groupInfo;
  const epoch = deriveEpoch(env.suite, groupContext, {
    kind: "joiner",
    joinerSecret: secrets.joinerSecret,
    pskSecret,
  });
  if (!equalBytes(epoch.confirmationTag, groupInfo.confirmationTag))
    return err({ code: "bad-confirmation-tag" });
  const { leafIndex, privatePath } = path.value;
  const { signatureSeed } = options.own;
  const state = enterEpoch(env.suite, epoch, {
    tree: tree.value,
    own: { leafIndex, signatureSeed, privatePath },
    past: [],
  });
  const extensions = groupInfo.extensions.filter(
    ({ type }) => type !== RATCHET_TREE_EXTENSION,
  );
  const verdict = env.policy.checkJoin({
    group: state,
    extensions,
    signer,
    ownLeafIndex: leafIndex,
  });
  return verdict === undefined
    ? ok({ state, signer, extensions })
    : err({ code: "policy", detail: verdict });
}

interface OpenedWelcome {
  readonly groupInfo: GroupInfo;
  readonly secrets: GroupSecrets;
  readonly pskSecret: Uint8Array;
}

function openWelcome(
  env: GroupEnv,
  options: JoinOptions,
): Result<OpenedWelcome, JoinFault> {
  const { suite } = env;
  const message = decodeMlsMessage(options.welcome);
  if (!message.ok || message.value.kind !== "welcome")
    return err({ code: "malformed" });
  const { welcome } = message.value;
  const { keyPackage } = options.own;
  if (welcome.cipherSuite !== suite.id || keyPackage.cipherSuite !== suite.id)
    return err({ code: "suite" });
  const secrets = openSecrets(env, welcome, options.own);
  if (!secrets.ok) return secrets;
  const { psks, joinerSecret } = secrets.value;
  // Reinitialised and branched groups are not part of the profile (ML-40).
  if (psks.some((id) => id.kind === "resumption" && id.usage !== "application"))
    return err({ code: "psk-usage" });
  const psk = pskSecretFor(env, psks);
  if (!psk.ok) return err({ code: "missing-psk" });
  const plaintext = suite.aead.open({
    ...welcomeKeys(suite, { joinerSecret, pskSecret: psk.value }),
    aad: new Uint8Array(),
    ciphertext: welcome.encryptedGroupInfo,
  });
  if (!plaintext.ok) return err({ code: "not-opened" });
  const groupInfo = decodeGroupInfo(plaintext.value);
  if (!groupInfo.ok) return err({ code: "malformed" });
  if (groupInfo.value.groupContext.cipherSuite !== suite.id)
    return err({ code: "suite" });
  return ok({
    groupInfo: groupInfo.value,
    secrets: secrets.value,
    pskSecret: psk.value,
  });
}

function openSecrets(
  { suite }: GroupEnv,
  welcome: Welcome,
  own: OwnKeyPackage,
): Result<GroupSecrets, JoinFault> {
  const reference = makeKeyPackageRef(suite, encodeKeyPackage(own.keyPackage));
  const entry = welcome.secrets.find(({ newMember }) =>
    equalBytes(newMember, reference),
  );
  if (entry === undefined) return err({ code: "not-for-us" });
  // A key of another length would throw; another key of this length opens nothing.
  if (!isKeyPairLong(suite, own.initKey)) return err({ code: "own-keys" });
  const opened = decryptWithLabel(suite, {
    keyPair: own.initKey,
    label: "Welcome",
    context: welcome.encryptedGroupInfo,
    ciphertext: entry.secrets,
  });
  if (!opened.ok) return err({ code: "not-for-us" });
  const secrets = decodeGroupSecrets(opened.value);
  if (!secrets.ok) return err({ code: "malformed" });
  return secrets.value.joinerSecret.length === suite.hashLength
    ? secrets
    : err({ code: "malformed" });
}

function readTree(
  env: GroupEnv,
  groupInfo: GroupInfo,
  outside: Uint8Array | undefined,
): Result<RatchetTree, JoinFault> {
  if (hasDuplicateExtensions(groupInfo.extensions))
    return err({ code: "malformed" });
  const bytes =
    findExtension(groupInfo.extensions, RATCHET_TREE_EXTENSION) ?? outside;
  if (bytes === undefined) return err({ code: "no-tree" });
  const nodes = decodeRatchetTree(bytes);
  // A tree too large is refused by its number of nodes, before anything is hashed.
  if (!nodes.ok || nodes.value.length >= env.policy.limits.maxLeaves * 2)
    return err({ code: "invalid-tree", detail: "malformed" });
  const tree = treeFromNodes(env.suite, nodes.value);
  return tree.ok ? tree : err({ code: "invalid-tree", detail: "malformed" });
}

/** Tree, members and signature: that this GroupInfo is what the signer says, and that the group could be as it says. */
function checkGroup(
  env: GroupEnv,
  groupInfo: GroupInfo,
  tree: RatchetTree,
): JoinFault | undefined {
  const { groupContext, signer } = groupInfo;
  if (
    hasDuplicateExtensions(groupContext.extensions) ||
    groupContext.epoch >= MAX_EPOCH
  )
    return { code: "malformed" };
  if (!equalBytes(treeHash(tree), groupContext.treeHash))
    return { code: "invalid-tree", detail: "tree-hash" };
  const signerLeaf = leafAt(tree, signer);
  if (signerLeaf === undefined) return { code: "unknown-signer" };
  const isSigned = verifyWithLabel(env.suite, {
    publicKey: signerLeaf.signatureKey,
    label: "GroupInfoTBS",
    content: groupInfoTbs(groupInfo),
    signature: groupInfo.signature,
  });
  if (!isSigned) return { code: "bad-signature" };
  const fault = validateTree(env.suite, tree, groupContext);
  if (fault !== undefined) return { code: "invalid-tree", detail: fault.kind };
  for (const [, leaf] of leaves(tree)) {
    if (isLifetimeTooLong(env, leaf))
      return { code: "invalid-tree", detail: "lifetime" };
    const verdict = env.policy.checkLeaf(leaf, groupContext.groupId);
    if (verdict !== undefined) return { code: "policy", detail: verdict };
  }
  return undefined;
}

/** Our leaf is the one whose LeafNode is byte for byte that of our KeyPackage. */
function takeOwnPlace(
  { suite }: GroupEnv,
  o: {
    readonly own: OwnKeyPackage;
    readonly groupInfo: GroupInfo;
    readonly secrets: GroupSecrets;
    readonly tree: RatchetTree;
  },
): Result<
  { readonly leafIndex: number; readonly privatePath: PrivatePath },
  JoinFault
> {
  const { tree, own, secrets } = o;
  const { leafNode } = own.keyPackage;
  const found = leaves(tree).find(([, leaf]) => isSameLeaf(leaf, leafNode));
  if (found === undefined) return err({ code: "own-leaf" });
  const [leafIndex] = found;
  const { signer } = o.groupInfo;
  // Nobody welcomes itself.
  if (leafIndex === signer) return err({ code: "own-leaf" });
  if (!holdsLeaf(suite, own)) return err({ code: "own-keys" });
  const privatePath = new Map([[leafToNode(leafIndex), own.leafKey]]);
  const { pathSecret } = secrets;
  const above =
    pathSecret === undefined
      ? ok<PrivatePath>(new Map())
      : implantPathSecret(suite, { tree, self: leafIndex, signer, pathSecret });
  if (!above.ok) return err({ code: "path-key-mismatch" });
  const keys = new Map([...privatePath, ...above.value]);
  return lacksKey(tree, leafIndex, keys)
    ? err({ code: "path-key-mismatch" })
    : ok({ leafIndex, privatePath: keys });
}

/** Byte for byte; the key first, which tells nearly all leaves apart without encoding them. */
function isSameLeaf(one: LeafNode, other: LeafNode): boolean {
  return (
    equalBytes(one.encryptionKey, other.encryptionKey) &&
    equalBytes(encodeLeafNode(one), encodeLeafNode(other))
  );
}

/** ML-86: with another leaf key or seed we would be in the group, open no path and sign what nobody believes. */
function holdsLeaf(
  suite: Suite,
  { keyPackage, leafKey, signatureSeed }: OwnKeyPackage,
): boolean {
  const { encryptionKey, signatureKey } = keyPackage.leafNode;
  return (
    isKeyPairOf(suite, encryptionKey, leafKey) &&
    isSeedOf(suite, signatureKey, signatureSeed)
  );
}

/** A parent that does not list us as unmerged stands for us: without its key we could not follow the next path. */
function lacksKey(
  tree: RatchetTree,
  leafIndex: number,
  keys: PrivatePath,
): boolean {
  const above = directPath(leafToNode(leafIndex), leafCount(tree));
  return above.some((at) => {
    const node = tree.nodes[at];
    return (
      node?.kind === "parent" &&
      !node.parent.unmergedLeaves.includes(leafIndex) &&
      !keys.has(at)
    );
  });
}
