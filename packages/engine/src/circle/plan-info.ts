/** `halqa_circle` as a planned commit will leave it (docs/spec/circle.md, CI-54 to CI-56): what is wished, and what V demands with it. */
import { compareBytes, equalBytes, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { changesPolicy, findInvite } from "./check-change.ts";
import type { CircleInfo, InviteRecord } from "./circle-info.ts";
import { hasKey, toKeySet, withoutKeys } from "./key-set.ts";
import type { KeySet } from "./key-set.ts";
import { MAX_INVITES, MAX_STEWARDS } from "./limits.ts";
import type { PlanFault } from "./plan-fault.ts";

/** Both counters are uint32. */
const LAST_COUNT = 0xffff_ffff;

export interface InfoWish {
  readonly name?: string | undefined;
  readonly stewards?: KeySet | undefined;
  readonly invite?: InviteRecord | undefined;
  /** Invites that end, by their keys: expired ones, or those that were taken back. */
  readonly revoke?: KeySet | undefined;
  /** A new address also where nobody is removed. */
  readonly rotate?: boolean | undefined;
}

/** `members` are those who are in the circle afterwards, `gone` those whom the commit removes. */
export function planInfo(
  before: CircleInfo,
  wish: InfoWish,
  o: { readonly members: KeySet; readonly gone: KeySet },
): Result<CircleInfo, PlanFault> {
  const wished = toKeySet(wish.stewards ?? before.stewards);
  const stewards = withoutKeys(wished, o.gone);
  if (stewards.length === 0) return err({ kind: "last-steward" });
  if (stewards.some((steward) => !hasKey(o.members, steward)))
    return err({ kind: "unknown-member" });
  const lost = withoutKeys(before.stewards, stewards);
  // Whoever is no steward any more knows the secrets of all invites.
  const invites = lost.length > 0 ? [] : planInvites(before, wish);
  if (invites.length > MAX_INVITES || stewards.length > MAX_STEWARDS)
    return err({ kind: "too-many" });
  // V lets no commit jump, so only a founder who began there can be at the end.
  if (isAtEnd(before)) return err({ kind: "too-many" });
  const isRotated = o.gone.length > 0 || wish.rotate === true;
  const after = {
    ...before,
    name: wish.name ?? before.name,
    stewards,
    invites,
    addressNumber: before.addressNumber + (isRotated ? 1 : 0),
  };
  return changesPolicy(before, after)
    ? ok({ ...after, policyVersion: before.policyVersion + 1 })
    : ok(after);
}

function isAtEnd({ addressNumber, policyVersion }: CircleInfo): boolean {
  return addressNumber >= LAST_COUNT || policyVersion >= LAST_COUNT;
}

function planInvites(
  before: CircleInfo,
  { invite, revoke = [] }: InfoWish,
): readonly InviteRecord[] {
  const kept = before.invites.filter(
    ({ invitePub }) => !hasKey(revoke, invitePub),
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
