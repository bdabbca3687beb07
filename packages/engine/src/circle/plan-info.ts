/** `halqa_circle` as a planned commit will leave it (docs/spec/circle.md, CI-54 to CI-56): what is wished, and what V demands with it. */
import { compareBytes, equalBytes, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { changesPolicy } from "./check-change.ts";
import { findInvite } from "./check-invites.ts";
import type { CircleInfo, InviteRecord } from "./circle-info.ts";
import type { BlobReference } from "./blob-reference.ts";
import { hasKey, withoutKeys } from "./key-set.ts";
import type { KeySet } from "./key-set.ts";
import { MAX_INVITES, MAX_RELAYS } from "./limits.ts";
import type { PlanFault } from "./plan-fault.ts";
import { planLists } from "./plan-lists.ts";
import type { ListsWish, MembersAfter } from "./plan-lists.ts";
import type { RelayRecord } from "./relay-record.ts";
import type { CircleSettings } from "./settings.ts";

/** Both counters are uint32. */
const LAST_COUNT = 0xffff_ffff;

export interface InfoWish extends ListsWish {
  readonly name?: string | undefined;
  /** What is to be set anew. */
  readonly settings?: Partial<Omit<CircleSettings, "kind">> | undefined;
  readonly picture?: { readonly blob: BlobReference | undefined } | undefined;
  readonly charter?: { readonly blob: BlobReference | undefined } | undefined;
  readonly close?: boolean | undefined;
  readonly invite?: InviteRecord | undefined;
  /** Invites that end, by their keys: expired ones, or those that were taken back. */
  readonly revoke?: KeySet | undefined;
  /** A commit also where nothing of this changes: what others proposed is taken along. */
  readonly tidy?: boolean | undefined;
  /** A new address also where nobody is removed. */
  readonly rotate?: boolean | undefined;
  /** The relays, the one that orders first: another one there takes the log along. */
  readonly relays?: readonly RelayRecord[] | undefined;
}

/** What a commit wishes of the circle, and what it does to those who are in it. */
export function planInfo(
  before: CircleInfo,
  wish: InfoWish,
  o: MembersAfter,
): Result<CircleInfo, PlanFault> {
  const lists = planLists(before, wish, o);
  if (!lists.ok) return lists;
  const settings = { ...before.settings, ...wish.settings };
  const after = { ...before, ...lists.value, ...faceAfter(before, wish) };
  const invites = invitesAfter({ ...after, settings }, wish, {
    before,
    gone: o.gone,
  });
  if (invites.length > MAX_INVITES) return err({ kind: "too-many" });
  // V lets no commit jump, so only a founder who began there can be at the end.
  if (isAtEnd(before)) return err({ kind: "too-many" });
  const relays = wish.relays ?? before.relays;
  if (relays.length > MAX_RELAYS) return err({ kind: "too-many" });
  const isMoved = !isSameFirst(before.relays, relays);
  const isRotated = o.gone.length > 0 || wish.rotate === true || isMoved;
  const addressNumber = before.addressNumber + (isRotated ? 1 : 0);
  const relayTerm = before.relayTerm + (isMoved ? 1 : 0);
  const planned = {
    ...after,
    settings,
    invites,
    addressNumber,
    relays,
    relayTerm,
  };
  return changesPolicy(before, planned)
    ? ok({ ...planned, policyVersion: before.policyVersion + 1 })
    : ok(planned);
}

function faceAfter(
  before: CircleInfo,
  { name, picture, charter, close }: InfoWish,
): Pick<CircleInfo, "name" | "picture" | "charter" | "isClosed"> {
  return {
    name: name ?? before.name,
    picture: picture === undefined ? before.picture : picture.blob,
    charter: charter === undefined ? before.charter : charter.blob,
    isClosed: before.isClosed || close === true,
  };
}

/** Whoever is no steward any more knows the secrets of all invites, and a closed circle lets nobody in. */
function invitesAfter(
  after: CircleInfo,
  wish: InfoWish,
  { before, gone }: { readonly before: CircleInfo; readonly gone: KeySet },
): readonly InviteRecord[] {
  const lost = withoutKeys(before.stewards, after.stewards);
  if (lost.length > 0 || after.isClosed) return [];
  return planInvites(before, wish, gone).filter(
    ({ auto }) => auto === undefined || after.settings.adding === "everyone",
  );
}

function isAtEnd(info: CircleInfo): boolean {
  const { addressNumber, policyVersion, relayTerm } = info;
  return Math.max(addressNumber, policyVersion, relayTerm) >= LAST_COUNT;
}

function isSameFirst(
  [one]: readonly RelayRecord[],
  [other]: readonly RelayRecord[],
): boolean {
  return (
    one !== undefined &&
    other !== undefined &&
    equalBytes(one.relayPub, other.relayPub)
  );
}

function planInvites(
  before: CircleInfo,
  { invite, revoke = [] }: InfoWish,
  gone: KeySet,
): readonly InviteRecord[] {
  // Whoever goes knows the secrets of those by which any member lets people in.
  const kept = before.invites.filter(
    ({ invitePub, auto }) =>
      !hasKey(revoke, invitePub) && (auto === undefined || gone.length === 0),
  );
  const isNew =
    invite !== undefined && findInvite(before, invite.invitePub) === undefined;
  const invites = isNew ? [...kept, invite] : kept;
  return invites.toSorted((one, other) =>
    compareBytes(one.invitePub, other.invitePub),
  );
}

/** Whether an invite of that key is recorded already. */
export function isRecorded(
  { invites }: CircleInfo,
  { invitePub }: InviteRecord,
): boolean {
  return invites.some((one) => equalBytes(one.invitePub, invitePub));
}
