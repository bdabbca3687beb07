/**
 * V: which proposals, commits and leaves count in a circle (docs/spec/circle.md, CI-70 to CI-122). It looks at the epoch's
 * GroupContext and tree, at what all its members share, and at the message; never at a clock, a disk or this device's
 * history. A joiner and a veteran therefore compute the same, and no entry of a member who is not a steward can do more
 * than be skipped.
 */
import { encodeHex, equalBytes } from "@halqa/bytes";
import type {
  CommitView,
  JoinView,
  LeafNode,
  MlsPort,
  Policy,
  PolicyVerdict,
} from "../ports/mls.ts";
import { decodeAuthenticatedData } from "./authenticated-data.ts";
import { readCircle } from "./check-change.ts";
import { checkCommit } from "./check-commit.ts";
import { checkAutoInvites, findInvite } from "./check-invites.ts";
import { checkProposal } from "./check-proposal.ts";
import { checkRoles } from "./check-roles.ts";
import { checkRoster } from "./check-roster.ts";
import { isCertified } from "./credential.ts";
import { hasKey } from "./key-set.ts";
import { factsOf } from "./leaf-facts.ts";
import { MAX_CHANGES_BEFORE, OLD_EPOCHS } from "./limits.ts";
import type { CircleInfo } from "./circle-info.ts";
import type { RelayPlace } from "./moved.ts";
import { rosterOf } from "./roster.ts";
import type { RosterLeaf } from "./roster.ts";
import { decodeStartInfo, START_EXTENSION } from "./start-info.ts";

/** What all members of the epoch share beside MLS's public state. */
export interface EpochFacts {
  readonly circleId: Uint8Array;
  /** Undefined where no message can be judged: on founding and on joining. */
  readonly log:
    | {
        readonly logId: Uint8Array;
        readonly epochTag: Uint8Array;
        /** Where the log is, and since which term (docs/spec/relays-of-a-circle.md, MV-2). */
        readonly place: RelayPlace;
      }
    | undefined;
}

/** V for one epoch of one circle. */
export function createPolicy(mls: MlsPort, facts: EpochFacts): Policy {
  const { circleId } = facts;
  return {
    limits: { ...mls.defaultLimits, pastEpochs: OLD_EPOCHS },
    customProposals: new Map(),
    checkProposal: (view) =>
      checkContext(facts, view.authenticatedData) ??
      checkProposal(mls, view, circleId),
    checkCommit: (view) => checkWhole(mls, view, facts),
    checkLeaf: (leaf) => checkLeaf(leaf, circleId),
    checkSuccessor,
    clientOf,
    checkJoin: (view) => checkJoin(mls, view, circleId),
  };
}

/** A handshake made for another log or another history is nobody's, even if its seal opens here. */
function checkContext(
  { log }: EpochFacts,
  authenticatedData: Uint8Array,
): PolicyVerdict {
  const data = decodeAuthenticatedData(authenticatedData);
  if (!data.ok || log === undefined) return "context-malformed";
  if (!equalBytes(data.value.logId, log.logId)) return "context-other-log";
  return equalBytes(data.value.epochTag, log.epochTag)
    ? undefined
    : "context-other-epoch";
}

function checkWhole(
  mls: MlsPort,
  view: CommitView,
  facts: EpochFacts,
): PolicyVerdict {
  const fault = checkContext(facts, view.authenticatedData);
  if (fault !== undefined || facts.log === undefined)
    return fault ?? "context-malformed";
  const { circleId, log } = facts;
  return checkCommit(mls, view, { circleId, place: log.place });
}

function checkLeaf(leaf: LeafNode, circleId: Uint8Array): PolicyVerdict {
  const facts = factsOf(leaf);
  if (facts === undefined) return "leaf-malformed";
  const { signatureKey } = leaf;
  return isCertified(facts.credential, { circleId, signatureKey })
    ? undefined
    : "certificate";
}

/** The same device of the same member, let in by the same invite; name, inboxes and keys may change. */
function checkSuccessor(before: LeafNode, after: LeafNode): PolicyVerdict {
  const one = factsOf(before);
  const other = factsOf(after);
  if (one === undefined || other === undefined) return "leaf-malformed";
  if (clientOf(before) !== clientOf(after)) return "identity-changed";
  return isSameKey(one.info.invitePub, other.info.invitePub)
    ? undefined
    : "invite-changed";
}

function isSameKey(
  one: Uint8Array | undefined,
  other: Uint8Array | undefined,
): boolean {
  if (one === undefined || other === undefined) return one === other;
  return equalBytes(one, other);
}

/** A device of a member. A leaf that is none of ours is refused anyway; until then its key tells it apart. */
function clientOf(leaf: LeafNode): string {
  const facts = factsOf(leaf);
  if (facts === undefined) return `key:${encodeHex(leaf.signatureKey)}`;
  const { memberKey, deviceNo } = facts.credential;
  return `${encodeHex(memberKey)}/${deviceNo}`;
}

/** The group is the circle that we were invited to, in a state that V could have led to, opened by a steward of it. */
function checkJoin(
  mls: MlsPort,
  view: JoinView,
  circleId: Uint8Array,
): PolicyVerdict {
  const { group, signer, extensions, ownLeafIndex } = view;
  const info = readCircle(group.context.extensions, circleId);
  if (typeof info === "string") return info;
  const changes = Math.max(
    info.addressNumber,
    info.policyVersion,
    info.relayTerm,
  );
  if (changes > MAX_CHANGES_BEFORE) return "circle-malformed";
  const roster = rosterOf(mls, group.tree);
  const fault =
    checkRoster(roster, info) ??
    checkRoles(roster, info) ??
    checkAutoInvites(info);
  if (fault !== undefined) return fault;
  // Ourselves as signer: MLS asks this about a circle that is being founded, which has no beginning to tell of.
  if (signer === ownLeafIndex) return undefined;
  const host = roster.find(({ leaf }) => leaf === signer);
  const guest = roster.find(({ leaf }) => leaf === ownLeafIndex);
  if (host === undefined || !mayLetIn(info, host, guest))
    return "welcome-by-non-steward";
  return checkStart(info, extensions);
}

/** Where the joiner begins to read. */
function checkStart(
  info: CircleInfo,
  extensions: JoinView["extensions"],
): PolicyVerdict {
  const [start, ...others] = extensions;
  if (start?.type !== START_EXTENSION || others.length > 0)
    return "start-missing";
  const decoded = decodeStartInfo(start.data);
  if (!decoded.ok || decoded.value.addressNumber !== info.addressNumber)
    return "start-malformed";
  // A move that a commit has written down since is told by the circle itself.
  const { moved } = decoded.value;
  const isMove =
    moved === undefined ||
    (moved.term > info.relayTerm && moved.term <= MAX_CHANGES_BEFORE);
  return isMove ? undefined : "start-malformed";
}

/** CI-133: a steward lets in anybody, another member those who came by an invite with `auto`, and own devices. */
function mayLetIn(
  info: CircleInfo,
  host: RosterLeaf,
  guest: RosterLeaf | undefined,
): boolean {
  if (hasKey(info.stewards, host.credential.memberKey)) return true;
  if (guest === undefined) return false;
  const { invitePub } = guest.info;
  return invitePub === undefined
    ? equalBytes(host.credential.memberKey, guest.credential.memberKey)
    : findInvite(info, invitePub)?.auto !== undefined;
}
