/** What a member changes about its own leaf, in a commit's path or an Update (RFC 9420, 7.5); what it leaves out stays. */
import type { Credential } from "../structs/credential.ts";
import type { Extension } from "../structs/extension.ts";
import type { Capabilities, LeafNode } from "../structs/leaf-node.ts";

export interface LeafUpdate {
  readonly credential?: Credential;
  readonly capabilities?: Capabilities;
  readonly extensions?: readonly Extension[];
  readonly signatureSeed?: Uint8Array;
}

/** The content of the new leaf, keys and source apart. */
export function leafContent(
  leaf: LeafNode,
  update: LeafUpdate = {},
): Pick<LeafNode, "credential" | "capabilities" | "extensions"> {
  return {
    credential: update.credential ?? leaf.credential,
    capabilities: update.capabilities ?? leaf.capabilities,
    extensions: update.extensions ?? leaf.extensions,
  };
}
