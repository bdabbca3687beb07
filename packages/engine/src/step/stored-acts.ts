/** What a steward wants and has under way, as bytes. */
import {
  decode,
  encode,
  failReader,
  readOptional,
  readU16,
  readU64,
  readU8,
  readVector,
  readVectorOf,
  writeOptional,
  writeU16,
  writeU64,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result } from "@halqa/bytes";
import type { CircleEnv } from "../circle/circle.ts";
import {
  readCount,
  readKey,
  readVersion,
  writeCount,
  writeKey,
} from "../circle/field.ts";
import {
  decodeInvite,
  encodeInvite,
  inviteKeys,
} from "../circle/invite-secret.ts";
import { decodePendingAct, encodePendingAct } from "../circle/pending-act.ts";
import type {
  Intent,
  InviteRecord,
  Planned,
  RequestRecord,
} from "./durable.ts";
import type { Delivery } from "./mail.ts";
import { readRelayRecord, writeRelayRecord } from "../circle/relay-record.ts";
import { readAct, writeAct } from "./act.ts";
import { createInboxOwner } from "./inbox-owner.ts";
import { readText, writeText } from "./stored-desk.ts";

const VERSION = 1;

export function encodeIntents(intents: readonly Intent[]): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVectorOf(w, intents, (inner, { act, plans }) => {
      writeAct(inner, act);
      writeU8(inner, plans);
    });
  });
}

export function decodeIntents(
  bytes: Uint8Array,
): Result<readonly Intent[], DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return readVectorOf(r, (inner) => ({
      act: readAct(inner),
      plans: readU8(inner),
    }));
  });
}

export function encodePlanned(env: CircleEnv, planned: Planned): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVectorOf(w, planned.acts, writeAct);
    writeVector(w, encodePendingAct(env, planned.pending));
    writeU64(w, planned.epoch);
    writeKey(w, planned.logId);
    writeVectorOf(w, planned.before, (inner, { body, entryId }) => {
      writeKey(inner, entryId);
      writeVector(inner, body);
    });
    writeVector(w, planned.body);
  });
}

export function decodePlanned(
  env: CircleEnv,
  bytes: Uint8Array,
): Result<Planned | undefined, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    const acts = readVectorOf(r, readAct);
    const pending = decodePendingAct(env, readVector(r));
    const rest = {
      epoch: readU64(r),
      logId: readKey(r),
      before: readVectorOf(r, (inner) => ({
        entryId: readKey(inner),
        body: readVector(inner),
      })),
      body: readVector(r),
    };
    if (pending.ok) return { acts, pending: pending.value, ...rest };
    failReader(r, "invalid");
    return undefined;
  });
}

/** The public half, which names the invite everywhere, follows from the secret. */
export function encodeInvites(invites: readonly InviteRecord[]): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVectorOf(w, invites, (inner, { invite, maxUses, isOwn, isAuto }) => {
      writeVector(inner, encodeInvite(invite));
      writeU16(inner, maxUses);
      writeU8(inner, isOwn ? 1 : 0);
      writeU8(inner, isAuto ? 1 : 0);
    });
  });
}

export function decodeInvites(
  bytes: Uint8Array,
): Result<readonly InviteRecord[], DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    const found = readVectorOf(r, readInviteRecord);
    return found.filter((one) => one !== undefined);
  });
}

function readInviteRecord(r: Reader): InviteRecord | undefined {
  const invite = decodeInvite(readVector(r));
  const maxUses = readU16(r);
  const isOwn = readU8(r) === 1;
  const isAuto = readU8(r) === 1;
  if (!invite.ok) {
    failReader(r, "invalid");
    return undefined;
  }
  return createInviteRecord({
    invite: invite.value,
    maxUses,
    isOwn,
    isAuto,
  });
}

/** An invite with the keys that follow from it. */
export function createInviteRecord(
  o: Pick<InviteRecord, "invite" | "maxUses" | "isOwn" | "isAuto">,
): InviteRecord {
  const keys = inviteKeys(o.invite);
  const owner = createInboxOwner(keys.ownerSeed);
  return { ...o, keys, owner, invitePub: keys.invitePub };
}

const REQUEST_STATES = ["asking", "approving", "closed"] as const;

export function encodeRequests(requests: readonly RequestRecord[]): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVectorOf(w, requests, (inner, one) => {
      writeKey(inner, one.id);
      writeKey(inner, one.memberKey);
      writeText(inner, one.name);
      writeKey(inner, one.invitePub);
      writeVector(inner, one.bytes);
      writeCount(inner, one.seq);
      writeU8(inner, REQUEST_STATES.indexOf(one.state));
      writeOptional(inner, one.dueAt, writeCount);
      writeKey(inner, one.commitment);
      writeOptional(inner, one.check, (box, { nonce, revealed }) => {
        writeKey(box, nonce);
        writeOptional(box, revealed, writeKey);
      });
    });
  });
}

export function decodeRequests(
  bytes: Uint8Array,
): Result<readonly RequestRecord[], DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return readVectorOf(r, readRequest);
  });
}

export function encodeSettled(ids: readonly Uint8Array[]): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVectorOf(w, ids, writeKey);
  });
}

export function decodeSettled(
  bytes: Uint8Array,
): Result<readonly Uint8Array[], DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return readVectorOf(r, readKey);
  });
}

function readRequest(r: Reader): RequestRecord {
  const one = {
    id: readKey(r),
    memberKey: readKey(r),
    name: readText(r),
    invitePub: readKey(r),
    bytes: readVector(r),
    seq: readCount(r),
  };
  const state = REQUEST_STATES[readU8(r)];
  if (state === undefined) failReader(r, "invalid");
  const dueAt = readOptional(r, readCount);
  const commitment = readKey(r);
  const check = readOptional(r, (inner) => ({
    nonce: readKey(inner),
    revealed: readOptional(inner, readKey),
  }));
  return { ...one, state: state ?? "closed", dueAt, commitment, check };
}

export function encodeDeliveryList(
  deliveries: readonly Delivery[],
): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVectorOf(w, deliveries, (inner, { id }) => writeText(inner, id));
  });
}

export function decodeDeliveryList(
  bytes: Uint8Array,
): Result<readonly string[], DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return readVectorOf(r, readText);
  });
}

export function encodeDelivery(delivery: Delivery): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeText(w, delivery.id);
    writeRelayRecord(w, delivery.relay);
    writeVectorOf(w, delivery.parts, writeVector);
    writeVectorOf(w, delivery.boxes, (inner, { sendId, box, memberSeed }) => {
      writeKey(inner, sendId);
      writeVector(inner, box);
      writeOptional(inner, memberSeed, writeKey);
    });
  });
}

export function decodeDelivery(
  bytes: Uint8Array,
): Result<Delivery, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return {
      id: readText(r),
      relay: readRelayRecord(r),
      parts: readVectorOf(r, (inner) => readVector(inner)),
      boxes: readVectorOf(r, (inner) => ({
        sendId: readKey(inner),
        box: readVector(inner),
        memberSeed: readOptional(inner, readKey),
      })),
    };
  });
}
