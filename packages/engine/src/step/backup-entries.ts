/**
 * What a device has, as entries of a backup, and back (docs/spec/backup.md, BK-14 to BK-19): who the person is, circles with what is
 * needed to ask to be let in again, and lists. A function of what is stored; nothing of a group's keys is looked at.
 */
import {
  compareBytes,
  decode,
  decodeBase64url,
  assertInvariant,
  encode,
  encodeBase64url,
  readVectorOf,
  writeVectorOf,
} from "@halqa/bytes";
import type { BackupEntry, CircleEntry } from "@halqa/backup";
import { roleOf } from "../circle/roles.ts";
import {
  isRelayUrl,
  readRelayRecord,
  writeRelayRecord,
} from "../circle/relay-record.ts";
import { createCircleRecord, createOwnInbox } from "./circle-record.ts";
import type { CircleRecord, Durable, Root } from "./durable.ts";
import type { StepEnv } from "./env.ts";
import { MAX_HOMES } from "./limits.ts";

const HOMES = "homes";
const KEY_LENGTH = 32;

/** What stands before the circles; without the identity for another device of the person. */
export function rootEntries(
  { identitySeed, profile, homes }: Root,
  o: { readonly withIdentity: boolean },
): readonly BackupEntry[] {
  const identity = {
    entry: "identity",
    seed: identitySeed,
    name: profile?.name,
  } as const;
  const value = encode((w) => writeVectorOf(w, homes, writeRelayRecord));
  const setting = { entry: "setting", name: HOMES, value } as const;
  return [
    ...(o.withIdentity ? [identity] : []),
    ...(homes.length > 0 ? [setting] : []),
  ];
}

/** A circle and the members whose keys its person compared; its items follow. */
export function circleEntries(record: CircleRecord): readonly BackupEntry[] {
  const { desk, circle, verified } = record;
  const id = decodeBase64url(record.id);
  assertInvariant(id.ok, "a circle's id is base64url");
  const { memberKey, summary } = desk;
  const relays = circle?.info.relays ?? [desk.inbox.relay];
  return [
    {
      entry: "circle",
      id: id.value,
      name: circle?.info.name ?? desk.name,
      memberKey,
      role: circle === undefined ? "none" : roleOf(circle.info, memberKey),
      relays,
      read: summary.readTo + 1,
    },
    ...verified.map((member) => ({ entry: "mark", member }) as const),
  ];
}

/** The circles in the order of the list. */
export function circlesOf({ root, circles }: Durable): readonly CircleRecord[] {
  return root.circles.flatMap((id) => circles.get(id) ?? []);
}

/** The root of a new device. */
export function rootOf(
  entry: Extract<BackupEntry, { entry: "identity" }>,
): Root {
  const { seed, name } = entry;
  return {
    identitySeed: seed,
    profile: name === undefined ? undefined : { name },
    homes: [],
    circles: [],
    erasing: [],
  };
}

/** The root with a setting; undefined where its value is none. What this version does not know is passed over. */
export function withSetting(
  root: Root,
  { name, value }: Extract<BackupEntry, { entry: "setting" }>,
): Root | undefined {
  if (name !== HOMES) return root;
  const homes = decode(value, (r) =>
    readVectorOf(r, readRelayRecord, MAX_HOMES),
  );
  // What this device has pinned itself stays.
  const known = root.homes.length > 0;
  if (!homes.ok) return undefined;
  return known ? root : { ...root, homes: homes.value };
}

/** A circle that this device is not in yet; undefined where the entry names no relay that could be one. */
export function restoredCircle(
  env: Pick<StepEnv, "random" | "now">,
  entry: CircleEntry,
): CircleRecord | undefined {
  const relays = entry.relays.filter(isRelay);
  const [relay] = relays;
  if (relay === undefined || relays.length < entry.relays.length)
    return undefined;
  return createCircleRecord({
    id: encodeBase64url(entry.id),
    name: entry.name,
    memberKey: entry.memberKey,
    place: "restored",
    now: env.now,
    inbox: createOwnInbox(env, relay),
  });
}

/** The circle with a member whose key was compared. */
export function withMark(
  record: CircleRecord,
  member: Uint8Array,
): CircleRecord {
  const verified = [...record.verified, member].toSorted(compareBytes);
  return { ...record, verified };
}

function isRelay({ url, access }: CircleEntry["relays"][number]): boolean {
  const isKey = access === undefined || access.length === KEY_LENGTH;
  return isRelayUrl(url) && isKey;
}
