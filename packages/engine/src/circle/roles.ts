/**
 * Who may do what in an epoch (docs/spec/circle.md, CI-102, CI-110). Judged by the roles of the epoch in which something was sealed, so
 * that a joiner and a veteran, and whoever reads early or late, come to the same.
 */
import type { Reader, Writer } from "@halqa/bytes";
import { readKeySet, writeKeySet } from "./field.ts";
import { hasKey } from "./key-set.ts";
import type { KeySet } from "./key-set.ts";
import { MAX_LISTED_MEMBERS, MAX_STEWARDS } from "./limits.ts";
import { readSettings, writeSettings } from "./settings.ts";
import type { CircleSettings } from "./settings.ts";

export type Role = "steward" | "member" | "reader";

/** The part of `halqa_circle` that says who may do what. */
export interface Roles {
  readonly settings: CircleSettings;
  readonly stewards: KeySet;
  readonly readers: KeySet;
}

export function roleOf(roles: Roles, memberKey: Uint8Array): Role {
  if (hasKey(roles.stewards, memberKey)) return "steward";
  return hasKey(roles.readers, memberKey) ? "reader" : "member";
}

/** What a member may do in an epoch. */
export interface Standing {
  readonly role: Role;
  /** What the member says counts: not for readers, and only for stewards where a circle is for announcements. */
  readonly mayPost: boolean;
  /** Pins of the member count. */
  readonly mayPin: boolean;
}

/** In one look at the lists: it is asked for every message. */
export function standingIn(roles: Roles, memberKey: Uint8Array): Standing {
  const role = roleOf(roles, memberKey);
  const { posting, pinning } = roles.settings;
  const canPost = may(posting, role);
  return { role, mayPost: canPost, mayPin: canPost && may(pinning, role) };
}

export function mayPost(roles: Roles, memberKey: Uint8Array): boolean {
  return standingIn(roles, memberKey).mayPost;
}

export function mayPin(roles: Roles, memberKey: Uint8Array): boolean {
  return standingIn(roles, memberKey).mayPin;
}

function may(who: CircleSettings["posting"], role: Role): boolean {
  if (role === "steward") return true;
  return who === "everyone" && role === "member";
}

/** The same roles and nothing else. */
export function rolesOf({ settings, stewards, readers }: Roles): Roles {
  return { settings, stewards, readers };
}

export function writeRoles(w: Writer, roles: Roles): void {
  writeSettings(w, roles.settings);
  writeKeySet(w, roles.stewards);
  writeKeySet(w, roles.readers);
}

export function readRoles(r: Reader): Roles {
  return {
    settings: readSettings(r),
    stewards: readKeySet(r, MAX_STEWARDS),
    readers: readKeySet(r, MAX_LISTED_MEMBERS),
  };
}
