/**
 * Who must not know what: the removed know nothing of what comes after, the added nothing of what was before, and every
 * private key is held only by members below its node (RFC 9420, 4.2 and 16.6).
 */
import { equalBytes } from "@halqa/bytes";
import type { GroupState } from "../src/index.ts";
import { directPath, leafToNode } from "../src/tree/tree-math.ts";
import { isDisjoint, keyOf, knowledgeOf } from "./knowledge.ts";
import type { OpenMember } from "./member.ts";
import { demand, namesOf, witness, witnesses } from "./world.ts";
import type { World } from "./world.ts";

/** No departed member holds a secret of this epoch or a private key of its tree; every key lies where it may. */
export function checkSecrecy(world: World): void {
  const fresh = secretsOf(witness(world).state());
  world.secretsByEpoch.set(world.epoch, fresh);
  const publicKeys = treeKeys(witness(world).state());
  for (const { member, known } of world.departed) {
    if (known === undefined) continue;
    demand(
      isDisjoint(known.secrets, fresh),
      `${namesOf([member])} was removed and knows a secret of this epoch`,
    );
    demand(
      isDisjoint(known.publicKeys, publicKeys),
      `${namesOf([member])} was removed and holds a private key of the tree`,
    );
  }
  for (const member of witnesses(world)) checkPrivatePath(member);
}

/** A newcomer holds no secret of an epoch before its own. */
export function checkNewcomers(
  world: World,
  joiners: readonly OpenMember[],
): void {
  for (const joiner of joiners) {
    const { secrets } = knowledgeOf([joiner.state(), joiner.keyPairs()]);
    for (const [epoch, old] of world.secretsByEpoch) {
      if (epoch >= world.epoch) continue;
      demand(
        isDisjoint(secrets, old),
        `${namesOf([joiner])} joined and knows a secret of epoch ${epoch}`,
      );
    }
  }
}

/** The tree invariant, for one member. */
function checkPrivatePath(member: OpenMember): void {
  const { own, tree } = member.state();
  const leaf = leafToNode(own.leafIndex);
  const path = new Set([
    leaf,
    ...directPath(leaf, (tree.nodes.length + 1) / 2),
  ]);
  demand(
    own.privatePath.has(leaf),
    `${namesOf([member])} has no key for its own leaf`,
  );
  for (const [at, pair] of own.privatePath) {
    const node = tree.nodes[at];
    const key =
      node?.kind === "leaf"
        ? node.leaf.encryptionKey
        : node?.parent.encryptionKey;
    demand(
      path.has(at) && key !== undefined && equalBytes(key, pair.publicKey),
      `${namesOf([member])} keeps a key for node ${at} that is not its own`,
    );
    demand(
      node?.kind !== "parent" ||
        !node.parent.unmergedLeaves.includes(own.leafIndex),
      `${namesOf([member])} is unmerged at node ${at} and holds its key`,
    );
  }
}

function secretsOf(state: GroupState): ReadonlySet<string> {
  return knowledgeOf([state.secrets, state.secretTree]).secrets;
}

function treeKeys({ tree }: GroupState): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const node of tree.nodes) {
    if (node?.kind === "leaf") keys.add(keyOf(node.leaf.encryptionKey));
    if (node?.kind === "parent") keys.add(keyOf(node.parent.encryptionKey));
  }
  return keys;
}
