/** Between what a history says and what the engine takes and gives back. */
import { decodeUtf8, encodeHex, equalBytes } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { decodeMlsMessage, members } from "../src/index.ts";
import type {
  CommittedProposal,
  Credential,
  Effect,
  GroupState,
  KeyPackage,
  PreSharedKeyId,
  Proposal,
} from "../src/index.ts";
import type { Change, Committed, PskChoice, Verdict } from "./member.ts";

export const CUSTOM_PROPOSAL = 0xf001;
export const CONTEXT_EXTENSION = 0xf010;
export const BASIC = 1;
export const X509 = 2;

export function toVerdict(effect: Effect): Verdict {
  switch (effect.kind) {
    case "commit":
      return {
        kind: "commit",
        hasPath: effect.hasPath,
        committed: effect.proposals.map(toCommitted),
      };
    case "proposal":
      return { kind: "proposal" };
    case "application":
      return {
        kind: "text",
        data: effect.data,
        sender: identityOf(effect.author.credential),
      };
  }
}

function toCommitted({ proposal, sender }: CommittedProposal): Committed {
  switch (proposal.kind) {
    case "add": {
      const { credential } = proposal.keyPackage.leafNode;
      return { kind: "add", identity: identityOf(credential) };
    }
    case "remove":
      return { kind: "remove", leaf: proposal.removed };
    case "update":
      return { kind: "update", leaf: sender };
    case "group-context-extensions":
      return { kind: "context" };
    case "psk":
    case "custom":
      return { kind: proposal.kind };
    case "reinit":
    case "external-init":
      throw new Error(`${proposal.kind} was committed`);
  }
}

/** What can be proposed by value as well as by reference. */
type NewProposal = Exclude<Proposal, { readonly kind: "update" }>;

/** `nonce` is for a pre-shared key; each use has its own. */
export function toProposal(
  state: GroupState,
  change: Change,
  nonce: Uint8Array,
): NewProposal {
  switch (change.kind) {
    case "add":
      return { kind: "add", keyPackage: toKeyPackage(change.keyPackage) };
    case "remove":
      return {
        kind: "remove",
        removed: leafOf(state, change.identity),
      };
    case "psk":
      return { kind: "psk", psk: toPskId(state, change.psk, nonce) };
    case "context":
      return {
        kind: "group-context-extensions",
        extensions: [{ type: CONTEXT_EXTENSION, data: change.data }],
      };
    case "custom":
      return { kind: "custom", type: CUSTOM_PROPOSAL, data: change.data };
  }
}

function toPskId(
  state: GroupState,
  psk: PskChoice,
  nonce: Uint8Array,
): PreSharedKeyId {
  return psk.kind === "external"
    ? { kind: "external", pskId: psk.id, nonce }
    : {
        kind: "resumption",
        usage: "application",
        pskGroupId: state.context.groupId,
        pskEpoch: psk.epoch,
        nonce,
      };
}

function toKeyPackage(message: Uint8Array): KeyPackage {
  const decoded = must(decodeMlsMessage(message));
  if (decoded.kind !== "key-package") throw new Error("not a KeyPackage");
  return decoded.keyPackage;
}

function leafOf(state: GroupState, identity: string): number {
  const found = members(state).find(
    ({ leaf }) => identityOf(leaf.credential) === identity,
  );
  if (found === undefined) throw new Error(`${identity} is not a member`);
  return found.leafIndex;
}

export function identityOf(credential: Credential): string {
  return credential.type === BASIC && "identity" in credential
    ? must(decodeUtf8(credential.identity))
    : "?";
}

export function must<T>(result: Result<T, unknown>): T {
  if (result.ok) return result.value;
  throw new Error(`refused: ${JSON.stringify(result.error)}`);
}

export function mustEqual(
  what: string,
  one: Uint8Array,
  other: Uint8Array,
): void {
  if (equalBytes(one, other)) return;
  throw new Error(`${what} differs: ${encodeHex(one)} and ${encodeHex(other)}`);
}
