/**
 * What lists, settings and members must be to each other (docs/spec/circle.md, CI-104 to CI-106, CI-108): after every commit, and in the state
 * that a joiner is let into.
 */
import { encodeHex } from "@halqa/bytes";
import type { PolicyVerdict } from "../ports/mls.ts";
import type { CircleInfo } from "./circle-info.ts";
import { hasKey } from "./key-set.ts";
import type { RosterLeaf } from "./roster.ts";

/** Readers are members and no stewards, whoever is held is none, and a direct circle is one of two stewards. */
export function checkRoles(
  roster: readonly RosterLeaf[],
  info: CircleInfo,
): PolicyVerdict {
  const members = new Set(
    roster.map(({ credential }) => encodeHex(credential.memberKey)),
  );
  const isMember = (key: Uint8Array): boolean => members.has(encodeHex(key));
  const { readers, stewards, held, settings } = info;
  if (!readers.every(isMember)) return "reader-not-a-member";
  if (readers.some((key) => hasKey(stewards, key))) return "reader-is-steward";
  if (held.some(isMember)) return "held-is-a-member";
  if (info.isClosed && info.invites.length > 0) return "invites-not-revoked";
  return settings.kind === "direct"
    ? checkDirect(info, members.size)
    : undefined;
}

/** CI-106, rule B10: both are stewards from the moment they are in, and a third never is. */
function checkDirect(info: CircleInfo, members: number): PolicyVerdict {
  if (members > 2) return "third-in-direct";
  const { stewards, held } = info;
  return stewards.length === members && held.length === 0
    ? undefined
    : "roles-in-direct";
}
