/** What a state shows to the application (RFC 9420, 8.5 to 8.7; docs/spec/mls-profile.md, ML-85). */
import { exportSecret as deriveExport } from "../schedule/key-schedule.ts";
import { encodeRatchetTree } from "../structs/tree-node.ts";
import { leaves, treeToNodes } from "../tree/ratchet-tree.ts";
import type { LeafChange } from "./committed-proposal.ts";
import type { GroupEnv, GroupState } from "./state.ts";

/** A secret for a use outside MLS, equal for all members of the epoch; the label names the use. */
export function exportSecret(
  state: GroupState,
  { suite }: Pick<GroupEnv, "suite">,
  o: {
    readonly label: string;
    readonly context: Uint8Array;
    readonly length: number;
  },
): Uint8Array {
  return deriveExport(suite, state.secrets.exporterSecret, o);
}

/** Equal for two members exactly when they are in the same epoch of the same history. Not a secret to the group. */
export function epochAuthenticator(state: GroupState): Uint8Array {
  return state.secrets.epochAuthenticator;
}

/** Proves later that one was a member in this epoch. */
export function resumptionPsk(state: GroupState): Uint8Array {
  return state.secrets.resumptionPsk;
}

/** The members by leaf index, from the left. */
export function members(state: GroupState): readonly LeafChange[] {
  return leaves(state.tree).map(([leafIndex, leaf]) => ({ leafIndex, leaf }));
}

/** The public tree as a joiner needs it when it does not travel in the Welcome. */
export function encodeTree(state: GroupState): Uint8Array {
  return encodeRatchetTree(treeToNodes(state.tree));
}
