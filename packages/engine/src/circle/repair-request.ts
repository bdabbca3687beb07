/**
 * Asking to be let in again, and reading who asks (docs/spec/repair.md, RP-2 to RP-6): a new KeyPackage of the same device, signed
 * by the leaf that it replaces and authenticated by a key of the last epoch that the device was in.
 */
import {
  concatBytes,
  decode,
  encode,
  equalBytes,
  err,
  failReader,
  ok,
  readBytes,
  readU32,
  readU64,
  readU8,
  readVector,
  readVectorOf,
  writeBytes,
  writeU32,
  writeU64,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { Reader, Result } from "@halqa/bytes";
import {
  ed25519Sign,
  ed25519Verify,
  hmacSha256,
  sha256,
  verifyHmacSha256,
} from "@halqa/crypto";
import type { KeyPair } from "@halqa/crypto";
import type { KeyPackage, OwnKeyPackage } from "../ports/mls.ts";
import type { Circle, CircleEnv } from "./circle.ts";
import { labeledBytes } from "./derive-key.ts";
import { readVersion, SIGNATURE_LENGTH, writeFixed } from "./field.ts";
import { groupEnvOf } from "./group-env.ts";
import type { DeviceAddress, LastGood } from "./last-good.ts";
import { factsOf } from "./leaf-facts.ts";
import type { LeafFacts } from "./leaf-facts.ts";
import { MAX_KEY_PACKAGE_BYTES } from "./limits.ts";
import { createLeafAgain } from "./leaf-again.ts";
import { openPaddedBox, sealPaddedBox } from "./padded-box.ts";
import type { InboxAddress, RelayRecord } from "./relay-record.ts";
import { relaysOf } from "./relay-term.ts";
import { rosterOf } from "./roster.ts";
import { isSameInvite } from "./same-invite.ts";

/** Why a device can follow the circle no more, in the order of their octets. */
export const REPAIR_CAUSES = [
  /** A commit that others followed did not open here. */
  "halted",
  /** Something was signed with this device's key that this device did not make. */
  "clone",
  /** Away for longer than the relay keeps what was written. */
  "gone",
  /** Nothing is wrong: a steward builds the circle anew and asks for KeyPackages. */
  "called",
  /** Begun again out of a backup: all that shows who asks is the member's key. */
  "restored",
] as const;

export type RepairCause = (typeof REPAIR_CAUSES)[number];

/** A key that shows membership in an epoch of a group. */
export interface EpochProofKey {
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  readonly key: Uint8Array;
}

export interface RepairRequest {
  /** SHA-256 of the KeyPackage. */
  readonly id: Uint8Array;
  readonly cause: RepairCause;
  readonly keyPackage: KeyPackage;
  readonly memberKey: Uint8Array;
  readonly name: string;
  readonly sealingKey: Uint8Array;
  readonly relay: RelayRecord;
  readonly inbox: InboxAddress;
  /** The leaf and the epoch that the device was in when it lost step. */
  readonly leaf: number;
  readonly epoch: bigint;
  /** Of the tree as it is now: the device's place, which the new leaf takes. */
  readonly replaces: number;
  /** Made by whoever was in that epoch; otherwise a person has to look. */
  readonly isProven: boolean;
  readonly bytes: Uint8Array;
}

export type RepairFault =
  | "malformed"
  /** No leaf of this device is in the circle: it was removed, which a repair does not undo. */
  | "not-a-member"
  /** The new leaf is in the circle already. */
  | "done"
  | "signature"
  | "refused"
  | "relay";

const VERSION = 1;
const NONCE_LENGTH = 16;
const MAC_LENGTH = 32;
/** By the leaf, and by the KeyPackage of a request before, whose Welcome may have been lost. */
const MAX_SIGNERS = 2;

/** A request, and what its maker keeps until a Welcome for it comes. */
export function createRepairRequest(
  env: CircleEnv,
  o: {
    readonly lastGood: LastGood;
    readonly cause: RepairCause;
    readonly identitySeed: Uint8Array;
    readonly inbox: InboxAddress;
    /** The invite that the new leaf is to name: that of the leaf before, or of a circle that is built anew. */
    readonly invitePub: Uint8Array | undefined;
    /** Seeds of leaves that may stand in the circle for this device now, newest first. */
    readonly signers: readonly Uint8Array[];
    /** Seconds since 1970. */
    readonly now: number;
  },
): {
  readonly own: OwnKeyPackage;
  readonly sealingKey: KeyPair;
  readonly bytes: Uint8Array;
} {
  const { lastGood, cause } = o;
  const leaf = createLeafAgain(env, {
    lastGood,
    identitySeed: o.identitySeed,
    inbox: o.inbox,
    invitePub: o.invitePub,
    now: o.now,
  });
  const suite = env.mls.suite3;
  const own = env.mls.createKeyPackage(
    { suite, random: env.random },
    leaf.options,
  );
  const body = encode((w) => {
    writeU8(w, VERSION);
    writeU8(w, REPAIR_CAUSES.indexOf(cause));
    writeVector(w, lastGood.groupId);
    writeU64(w, lastGood.epoch);
    writeU32(w, lastGood.leaf);
    writeBytes(w, env.random(NONCE_LENGTH));
    writeVector(w, env.mls.encodeKeyPackage(own.keyPackage));
  });
  const text = requestText(lastGood.info.circleId, body);
  const signatures = o.signers
    .slice(0, MAX_SIGNERS)
    .map((seed) => ed25519Sign(seed, text));
  const bytes = encode((w) => {
    writeBytes(w, body);
    writeVectorOf(w, signatures, (inner, one) =>
      writeFixed(inner, one, SIGNATURE_LENGTH),
    );
    writeFixed(w, hmacSha256(lastGood.repairKey, text), MAC_LENGTH);
  });
  return { own, sealingKey: leaf.sealingKey, bytes };
}

/** For one device of the circle; undefined when it names a key that is none. */
export function sealRepairRequest(
  env: CircleEnv,
  o: {
    readonly circleId: Uint8Array;
    readonly device: DeviceAddress;
    readonly bytes: Uint8Array;
  },
): Uint8Array | undefined {
  const box = sealPaddedBox({
    label: "repairBox",
    publicKey: o.device.sealingKey,
    aad: concatBytes(o.circleId, o.device.memberKey),
    plaintext: o.bytes,
    random: env.random,
  });
  return box.ok ? box.value : undefined;
}

/** What is in a box for one of our sealing keys. Any bytes may come. */
export function openRepairBox(
  o: {
    readonly circleId: Uint8Array;
    readonly memberKey: Uint8Array;
    readonly sealingKeys: readonly KeyPair[];
  },
  box: Uint8Array,
): Uint8Array | undefined {
  const aad = concatBytes(o.circleId, o.memberKey);
  for (const keyPair of o.sealingKeys) {
    const opened = openPaddedBox({ label: "repairBox", keyPair, aad, box });
    if (opened.ok) return opened.value;
  }
  return undefined;
}

/** Who asks, judged by the circle as it is now. */
export function readRepairRequest(
  circle: Circle,
  env: CircleEnv,
  o: { readonly bytes: Uint8Array; readonly keys: readonly EpochProofKey[] },
): Result<RepairRequest, RepairFault> {
  const form = decodeRepairForm(o.bytes);
  // Who answers a call is let into another group.
  if (form === undefined || form.cause === "called") return err("malformed");
  const parsed = env.mls.decodeKeyPackage(form.keyPackageBytes);
  const facts = parsed.ok ? factsOf(parsed.value.leafNode) : undefined;
  if (!parsed.ok || facts === undefined) return err("malformed");
  const keyPackage = parsed.value;
  const text = requestText(circle.info.circleId, form.body);
  const place = findPlace(circle, env, {
    facts,
    keyPackage,
    text,
    signatures: form.signatures,
    cause: form.cause,
  });
  if (typeof place === "string") return err(place);
  const fault = checkLeaf(circle, env, { keyPackage, facts, before: place });
  if (fault !== undefined) return err(fault);
  const answer = findAnswer(circle, facts);
  if (answer === undefined) return err("relay");
  const { cause, leaf, epoch } = form;
  return ok({
    id: sha256(form.keyPackageBytes),
    cause,
    keyPackage,
    memberKey: facts.credential.memberKey,
    name: facts.info.name,
    sealingKey: facts.info.sealingKey,
    ...answer,
    leaf,
    epoch,
    replaces: place.leaf,
    isProven: isProven(o.keys, { ...form, text }),
    bytes: o.bytes,
  });
}

interface Place {
  readonly leaf: number;
  readonly facts: LeafFacts;
}

/** RP-3: the leaf of the same device, whose key signed the request. */
function findPlace(
  circle: Circle,
  env: CircleEnv,
  o: {
    readonly facts: LeafFacts;
    readonly keyPackage: KeyPackage;
    readonly text: Uint8Array;
    readonly signatures: readonly Uint8Array[];
    readonly cause: RepairCause;
  },
): Place | RepairFault {
  const { memberKey, deviceNo } = o.facts.credential;
  const found = rosterOf(env.mls, circle.mls.tree).find(
    ({ credential }) =>
      credential.deviceNo === deviceNo &&
      equalBytes(credential.memberKey, memberKey),
  );
  const node = found && env.mls.leafAt(circle.mls.tree, found.leaf);
  if (found === undefined || node === undefined) return "not-a-member";
  // Every new leaf has a sealing key of its own; its signature key may be the one before (LK-41).
  if (equalBytes(found.info.sealingKey, o.facts.info.sealingKey)) return "done";
  // RP-32: after a backup no key of a leaf is left, but the member's own.
  const signers =
    o.cause === "restored"
      ? [node.signatureKey, memberKey]
      : [node.signatureKey];
  const isSigned = o.signatures.some((signature) =>
    signers.some((signer) => ed25519Verify(signer, o.text, signature)),
  );
  return isSigned ? { leaf: found.leaf, facts: found } : "signature";
}

/** What V would say of the new leaf, before anything is done for it. */
function checkLeaf(
  circle: Circle,
  env: CircleEnv,
  o: {
    readonly keyPackage: KeyPackage;
    readonly facts: LeafFacts;
    readonly before: Place;
  },
): RepairFault | undefined {
  const groupEnv = groupEnvOf(circle, env);
  const { keyPackage, facts, before } = o;
  const fault = env.mls.validateKeyPackage(groupEnv, { keyPackage });
  const { groupId } = circle.mls.context;
  const verdict = groupEnv.policy.checkLeaf(keyPackage.leafNode, groupId);
  const isHeir =
    facts.info.lastPathEpoch === 0n &&
    isSameInvite(facts.info.invitePub, before.facts.info.invitePub);
  return fault === undefined && verdict === undefined && isHeir
    ? undefined
    : "refused";
}

/** As with a request to join (IN-25): at a relay of the circle, by the record that the circle has. */
export function findAnswer(
  circle: Circle,
  facts: LeafFacts,
): Pick<RepairRequest, "relay" | "inbox"> | undefined {
  for (const inbox of facts.info.inboxes) {
    const relay = relaysOf(circle).find((one) =>
      equalBytes(one.relayPub, inbox.relayPub),
    );
    if (relay !== undefined) return { relay, inbox };
  }
  return undefined;
}

function isProven(
  keys: readonly EpochProofKey[],
  o: {
    readonly groupId: Uint8Array;
    readonly epoch: bigint;
    readonly text: Uint8Array;
    readonly mac: Uint8Array;
  },
): boolean {
  return keys.some(
    ({ groupId, epoch, key }) =>
      epoch === o.epoch &&
      equalBytes(groupId, o.groupId) &&
      verifyHmacSha256(key, o.text, o.mac),
  );
}

/** A request as it is written, of whatever cause. */
export function decodeRepairForm(
  bytes: Uint8Array,
): ReturnType<typeof readForm> | undefined {
  const decoded = decode(bytes, readForm);
  return decoded.ok ? decoded.value : undefined;
}

function readForm(r: Reader) {
  const from = r.position;
  readVersion(r, VERSION);
  const cause = REPAIR_CAUSES[readU8(r)];
  if (cause === undefined) failReader(r, "invalid");
  const form = {
    cause: cause ?? "halted",
    groupId: readVector(r),
    epoch: readU64(r),
    leaf: readU32(r),
    nonce: readBytes(r, NONCE_LENGTH),
    keyPackageBytes: readVector(r, MAX_KEY_PACKAGE_BYTES),
  };
  const body = r.bytes.slice(from, r.position);
  const signatures = readVectorOf(
    r,
    (inner) => readBytes(inner, SIGNATURE_LENGTH),
    MAX_SIGNERS,
  );
  return { ...form, body, signatures, mac: readBytes(r, MAC_LENGTH) };
}

/** What is signed and authenticated. */
export function requestText(
  circleId: Uint8Array,
  body: Uint8Array,
): Uint8Array {
  return labeledBytes("repairRequest", circleId, sha256(body));
}
