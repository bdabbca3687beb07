/**
 * What the index beside a tree answers, found by looking at every node: for tests, which hold the one against the other.
 */
import { encodeHex } from "@halqa/bytes";
import type { Extension } from "../structs/extension.ts";
import { decodeRequiredCapabilities } from "../structs/required-capabilities.ts";
import type { UpdatePath } from "../structs/update-path.ts";
import type { CompatibilityFault } from "../tree/compatibility.ts";
import { leaves } from "../tree/ratchet-tree.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";

/** The keys of a node, as texts in which signature keys and encryption keys cannot meet. */
function keysOf({ nodes }: RatchetTree, at: number): string[] {
  const node = nodes[at];
  if (node === undefined) return [];
  if (node.kind === "parent")
    return [`e${encodeHex(node.parent.encryptionKey)}`];
  const { encryptionKey, signatureKey } = node.leaf;
  return [`e${encodeHex(encryptionKey)}`, `s${encodeHex(signatureKey)}`];
}

function haveCommon(one: readonly string[], other: readonly string[]): boolean {
  return one.some((entry) => other.includes(entry));
}

/** What `findDuplicateKey` is to answer. */
export function plainDuplicateKey(
  tree: RatchetTree,
  changed?: readonly number[],
): number | undefined {
  const seen: string[] = [];
  for (const at of changed ?? tree.nodes.keys()) {
    const keys = keysOf(tree, at);
    if (haveCommon(keys, seen)) return at;
    seen.push(...keys);
  }
  if (changed === undefined) return undefined;
  return [...tree.nodes.keys()].find(
    (at) => !changed.includes(at) && haveCommon(keysOf(tree, at), seen),
  );
}

/** What `hasUsedKey` is to answer. */
export function plainUsedKey(
  tree: RatchetTree,
  sender: number,
  path: UpdatePath,
): boolean {
  const { encryptionKey, signatureKey } = path.leafNode;
  const own = [
    `s${encodeHex(signatureKey)}`,
    ...[encryptionKey, ...path.nodes.map((node) => node.encryptionKey)].map(
      (key) => `e${encodeHex(key)}`,
    ),
  ];
  if (new Set(own).size < own.length) return true;
  return [...tree.nodes.keys()].some((at) => {
    const keys = keysOf(tree, at);
    const counted = at === 2 * sender ? keys.slice(0, 1) : keys;
    return haveCommon(counted, own);
  });
}

/** What `checkCompatibility` is to answer, for requirements that decode. */
export function plainCompatibility(
  tree: RatchetTree,
  extensions: readonly Extension[],
): CompatibilityFault | undefined {
  const members = leaves(tree);
  const inUse = members.map(([, leaf]) => leaf.credential.type);
  const inGroup = extensions.map(({ type }) => type).filter((type) => type > 5);
  const data = extensions.find(({ type }) => type === 3)?.data;
  const decoded = data && decodeRequiredCapabilities(data);
  const required = decoded?.ok === true ? decoded.value : undefined;
  const lacks = (has: readonly number[], wanted: readonly number[] = []) =>
    wanted.some((type) => !has.includes(type));
  for (const [leafIndex, { capabilities: has }] of members) {
    const { extensionTypes, proposalTypes, credentialTypes } = required ?? {};
    const extensionsWanted = extensionTypes?.filter((type) => type > 5);
    const proposalsWanted = proposalTypes?.filter((type) => type > 7);
    const faults = [
      [lacks(has.credentials, inUse), "credential-type"],
      [lacks(has.extensions, inGroup), "group-extension"],
      [lacks(has.extensions, extensionsWanted), "required-extension"],
      [lacks(has.proposals, proposalsWanted), "required-proposal"],
      [lacks(has.credentials, credentialTypes), "required-credential"],
    ] as const;
    const kind = faults.find(([isFault]) => isFault)?.[1];
    if (kind !== undefined) return { kind, leafIndex };
  }
  return undefined;
}
