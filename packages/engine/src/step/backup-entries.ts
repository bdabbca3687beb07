/**
 * What a device has, as entries of a backup, and back (docs/spec/backup.md, BK-14 to BK-19): who the person is, circles with what is
 * needed to ask to be let in again, and lists. A function of what is stored; nothing of a group's keys is looked at.
 */
import {
  compareBytes,
  decode,
  decodeBase64url,
  decodeUtf8,
  assertInvariant,
  encode,
  encodeBase64url,
  encodeUtf8,
  readVectorOf,
  writeVectorOf,
} from "@halqa/bytes";
import type { BackupEntry, CircleEntry } from "@halqa/backup";
import type { CircleEnv } from "../circle/circle.ts";
import { lastGoodOf } from "../circle/last-good.ts";
import type { LastGood } from "../circle/last-good.ts";
import { roleOf } from "../circle/roles.ts";
import { decodeWayBack, encodeWayBack } from "../circle/way-back.ts";
import {
  isRelayUrl,
  readRelayRecord,
  writeRelayRecord,
} from "../circle/relay-record.ts";
import type { RelayRecord } from "../circle/relay-record.ts";
import { createCircleRecord, createOwnInbox } from "./circle-record.ts";
import type { CircleRecord, Durable, Root } from "./durable.ts";
import type { StepEnv } from "./env.ts";
import { MAX_HOMES } from "./limits.ts";
import type { Repair } from "./repair-record.ts";
import { none } from "./writes.ts";

const HOME = "home";
const HOMES = "homes";
const KEY_LENGTH = 32;

/** What stands before the circles; without the identity for another device of the person. */
export function rootEntries(
  { identitySeed, profile, homes, home }: Root,
  o: { readonly withIdentity: boolean },
): readonly BackupEntry[] {
  const identity = {
    entry: "identity",
    seed: identitySeed,
    name: profile?.name,
  } as const;
  const value = encode((w) => writeVectorOf(w, homes, writeRelayRecord));
  const setting = { entry: "setting", name: HOMES, value } as const;
  const chosen = home === undefined ? undefined : encodeUtf8(home);
  return [
    ...(o.withIdentity ? [identity] : []),
    ...(chosen === undefined
      ? []
      : [{ entry: "setting", name: HOME, value: chosen } as const]),
    ...(homes.length > 0 ? [setting] : []),
  ];
}

/** A circle and the members whose keys its person compared; its items follow. */
export function circleEntries(
  env: CircleEnv,
  record: CircleRecord,
  o: { readonly withIdentity: boolean },
): readonly BackupEntry[] {
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
      wayBack: o.withIdentity ? wayBackOf(env, record) : undefined,
    },
    ...verified.map((member) => ({ entry: "mark", member }) as const),
  ];
}

/** RP-30: also of a circle that this device itself asks to be let in to. */
function wayBackOf(
  env: CircleEnv,
  { circle, repair, desk }: CircleRecord,
): Uint8Array | undefined {
  if (circle !== undefined && desk.place === "in")
    return encodeWayBack(lastGoodOf(circle, env));
  return repair && encodeWayBack(repair.lastGood);
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
  if (name === HOME) return withHome(root, value);
  if (name !== HOMES) return root;
  const homes = decode(value, (r) =>
    readVectorOf(r, readRelayRecord, MAX_HOMES),
  );
  // What this device has pinned itself stays.
  const known = root.homes.length > 0;
  if (!homes.ok) return undefined;
  return known ? root : { ...root, homes: homes.value };
}

/** MV-16: where its person wants new circles. */
function withHome(root: Root, value: Uint8Array): Root | undefined {
  const home = decodeUtf8(value);
  if (!home.ok || !isRelayUrl(home.value)) return undefined;
  const known = root.home !== undefined || root.homes.length > 0;
  return known ? root : { ...root, home: home.value };
}

/** The relay at which circles were founded, the last one where its person chose none. */
export function homeIn({ homes, home }: Root): RelayRecord | undefined {
  return homes.find(({ url }) => url === home) ?? homes.at(-1);
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
  const record = createCircleRecord({
    id: encodeBase64url(entry.id),
    name: entry.name,
    memberKey: entry.memberKey,
    place: "restored",
    now: env.now,
    inbox: createOwnInbox(env, relay),
  });
  if (entry.wayBack === undefined) return record;
  const { id: circleId, memberKey, wayBack: bytes } = entry;
  const lastGood = decodeWayBack(env, { bytes, circleId, memberKey });
  return lastGood && { ...record, repair: restoredRepair(lastGood) };
}

/** RP-31: nothing was asked yet, and nothing is before its person wants it. */
function restoredRepair(lastGood: LastGood): Repair {
  const nothing = { count: 0, welcome: undefined, delivery: undefined };
  return { cause: "restored", lastGood, asks: none, ...nothing };
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
