/**
 * Welcomes (docs/spec/invite.md, IN-40 to IN-42): built when the commit has won, sealed to the joiner's device, opened there
 * and checked against the link.
 */
import {
  concatBytes,
  decode,
  encode,
  err,
  failReader,
  ok,
  hasFailed,
  readVector,
  readVectorOf,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { Reader, Result } from "@halqa/bytes";
import { BLOB_PART_COUNTS } from "@halqa/protocol";
import type { Circle, CircleEnv } from "./circle.ts";
import { readKey, readVersion, writeKey } from "./field.ts";
import { groupEnvOf } from "./group-env.ts";
import type { Joining } from "./joining.ts";
import { openPaddedBox, sealPaddedBox } from "./padded-box.ts";
import type { JoinerAddress, PendingAct } from "./pending-act.ts";
import { encodeStartInfo, START_EXTENSION } from "./start-info.ts";
import { sealTree, toBlobRef } from "./tree-blob.ts";
import type { BlobRef } from "./tree-blob.ts";

export interface JoinerWelcomes {
  /** The circle's tree, sealed: at the relay before a box leaves. */
  readonly blob: {
    readonly blobId: Uint8Array;
    readonly parts: readonly Uint8Array[];
  };
  /** One body for the inbox of each joiner. */
  readonly boxes: readonly {
    readonly joiner: JoinerAddress;
    readonly box: Uint8Array;
  }[];
}

export interface OpenedWelcome {
  readonly welcome: Uint8Array;
  readonly blob: BlobRef;
}

const VERSION = 1;

/**
 * The Welcomes of an act that won. `circle` is the one that the outcome of its commit carried: MLS fixes the key and nonce
 * of what is sealed here by the commit, so this happens once, and the result is stored with the circle.
 */
export function buildJoinerWelcome(
  circle: Circle,
  env: CircleEnv,
  act: PendingAct,
): Result<
  JoinerWelcomes,
  { readonly kind: "too-large" | "other-epoch" | "weak-key" }
> {
  const { mls } = env;
  const { circleId } = circle.info;
  const tree = mls.encodeTree(circle.mls);
  const blob = sealTree(env, { tree, context: circleId });
  if (!blob.ok) return blob;
  const welcomes = mls.buildWelcome(circle.mls, groupEnvOf(circle, env), {
    pending: act.commit,
    extensions: [{ type: START_EXTENSION, data: startOf(circle) }],
    batches: act.joiners.map(({ leaf }) => [leaf]),
  });
  if (!welcomes.ok) return err({ kind: "other-epoch" });
  const boxes: JoinerWelcomes["boxes"][number][] = [];
  for (const [index, joiner] of act.joiners.entries()) {
    const welcome = welcomes.value[index];
    if (welcome === undefined) return err({ kind: "other-epoch" });
    const box = sealPaddedBox({
      label: "welcomeBox",
      publicKey: joiner.sealingKey,
      aad: concatBytes(circleId, joiner.memberKey),
      plaintext: encodeWelcome({ welcome, blob: blob.value.ref }),
      random: env.random,
    });
    if (!box.ok) return box;
    boxes.push({ joiner, box: box.value });
  }
  const { ref, parts } = blob.value;
  return ok({ blob: { blobId: ref.blobId, parts }, boxes });
}

/** What of our inbox is a Welcome for us. Any bytes may come. */
export function openWelcome(
  joining: Joining,
  box: Uint8Array,
): Result<OpenedWelcome, { readonly kind: "not-opened" | "malformed" }> {
  const opened = openPaddedBox({
    label: "welcomeBox",
    keyPair: joining.sealingKey,
    aad: concatBytes(joining.link.circleId, joining.memberKey),
    box,
  });
  if (!opened.ok) return opened;
  const welcome = decodeWelcome(opened.value);
  return welcome.ok ? welcome : err({ kind: "malformed" });
}

/** To keep a Welcome until its tree is there. */
export function encodeWelcome({ welcome, blob }: OpenedWelcome): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVectorOf(w, blob.partHashes, writeKey);
    writeKey(w, blob.key);
    writeVector(w, welcome);
  });
}

export function decodeWelcome(
  bytes: Uint8Array,
): ReturnType<typeof decode<OpenedWelcome>> {
  return decode(bytes, readWelcome);
}

function readWelcome(r: Reader): OpenedWelcome {
  readVersion(r, VERSION);
  const hashes = readVectorOf(r, readKey, BLOB_PART_COUNTS[2]);
  const isCount = BLOB_PART_COUNTS.some((one) => one === hashes.length);
  if (!isCount) failReader(r, "invalid");
  const key = readKey(r);
  const welcome = readVector(r);
  // A failed reader's hashes have any length, and nobody will look at them.
  const partHashes = hasFailed(r) ? [] : hashes;
  return { blob: toBlobRef(partHashes, key), welcome };
}

/** Where the joiner begins to read: right behind the commit, or at the beginning of the log that it led to. */
function startOf({ log, info, moved }: Circle): Uint8Array {
  const { addressNumber, part, logSeed } = log.address;
  const { seq, relayHead, origin } = log;
  return encodeStartInfo({
    addressNumber,
    part,
    logSeed,
    seq,
    relayHead,
    origin,
    moved:
      moved !== undefined && moved.term > info.relayTerm ? moved : undefined,
  });
}
