/** What a leaf says, read once: who stands behind it, and what the device says about itself. */
import type { LeafNode } from "../ports/mls.ts";
import { fromMlsCredential } from "./credential.ts";
import type { MemberCredential } from "./credential.ts";
import { decodeLeafInfo, LEAF_EXTENSION } from "./leaf-info.ts";
import type { LeafInfo } from "./leaf-info.ts";

export interface LeafFacts {
  readonly credential: MemberCredential;
  readonly info: LeafInfo;
}

// V looks at every leaf for each commit that changes the circle. Leaves are immutable, so what was read stays true;
// an entry goes when its leaf goes.
const factsByLeaf = new WeakMap<LeafNode, LeafFacts>();

/** Undefined when the leaf is none of ours: other credential, other extensions, or not readable. */
export function factsOf(leaf: LeafNode): LeafFacts | undefined {
  const known = factsByLeaf.get(leaf);
  if (known !== undefined) return known;
  const facts = readFacts(leaf);
  if (facts !== undefined) factsByLeaf.set(leaf, facts);
  return facts;
}

function readFacts(leaf: LeafNode): LeafFacts | undefined {
  const credential = fromMlsCredential(leaf.credential);
  const [extension, ...others] = leaf.extensions;
  const isOurs = extension?.type === LEAF_EXTENSION && others.length === 0;
  if (credential === undefined || !isOurs) return undefined;
  const info = decodeLeafInfo(extension.data);
  return info.ok ? { credential, info: info.value } : undefined;
}
