/**
 * Asking to join, and reading who asks (docs/spec/invite.md, IN-26 to IN-25). A request is a KeyPackage and a signature with
 * the invite's key; the rest, name and inbox among it, stands in the KeyPackage's leaf.
 */
import {
  assertInvariant,
  concatBytes,
  decode,
  encode,
  equalBytes,
  err,
  ok,
  readBytes,
  readVector,
  writeU8,
  writeVector,
} from "@halqa/bytes";
import type { Reader, Result } from "@halqa/bytes";
import {
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  sha256,
} from "@halqa/crypto";
import { isName } from "@halqa/model";
import type { KeyPackage } from "../ports/mls.ts";
import type { Circle, CircleEnv } from "./circle.ts";
import { labeledBytes } from "./derive-key.ts";
import {
  KEY_LENGTH,
  readKey,
  readVersion,
  SIGNATURE_LENGTH,
  writeFixed,
  writeKey,
} from "./field.ts";
import { groupEnvOf } from "./group-env.ts";
import type { InviteLink } from "./invite-link.ts";
import { commitmentOf } from "./join-code.ts";
import { inviteKeys } from "./invite-secret.ts";
import type { Invite } from "./invite-secret.ts";
import type { Joining } from "./joining.ts";
import { factsOf } from "./leaf-facts.ts";
import type { LeafInfo } from "./leaf-info.ts";
import { createLeaf } from "./own-leaf.ts";
import { MAX_KEY_PACKAGE_BYTES } from "./limits.ts";
import { openPaddedBox, sealPaddedBox } from "./padded-box.ts";
import type { InboxAddress, RelayRecord } from "./relay-record.ts";
import { relaysOf } from "./relay-term.ts";

export interface JoinRequestOptions {
  readonly link: InviteLink;
  readonly identitySeed: Uint8Array;
  readonly memberName: string;
  /** That keeps our inbox for this circle: one of the link. */
  readonly relay: RelayRecord;
  readonly sendId: Uint8Array;
  /** Seconds since 1970. */
  readonly now: number;
}

export interface JoinRequest {
  /** SHA-256 of the KeyPackage: equal for a request that comes twice. */
  readonly id: Uint8Array;
  readonly keyPackage: KeyPackage;
  readonly memberKey: Uint8Array;
  /** What the person says; it proves nothing. */
  readonly name: string;
  readonly invitePub: Uint8Array;
  readonly sealingKey: Uint8Array;
  /** To the asker's half of an approval code. */
  readonly commitment: Uint8Array;
  /** Where the answer goes: the leaf's first inbox at a relay of the circle, and that relay by the circle's own record. */
  readonly relay: RelayRecord;
  readonly inbox: InboxAddress;
  /** To keep it, and to read it again with `readJoinRequest`. */
  readonly bytes: Uint8Array;
}

export type RequestFault =
  | { readonly kind: "not-opened" | "malformed" }
  /** It is whole, and no steward may let it in. */
  | { readonly kind: "refused"; readonly detail: string };

const VERSION = 1;

/** A request for the invite's inbox, and what its maker keeps until the Welcome comes. Names and address were checked. */
export function createJoinRequest(
  env: CircleEnv,
  o: JoinRequestOptions,
): { readonly joining: Joining; readonly box: Uint8Array } {
  const { link, relay, sendId } = o;
  assertInvariant(isName(o.memberName), "names were checked");
  assertInvariant(
    findRelay(link.relays, relay.relayPub) !== undefined,
    "our inbox is at a relay of the circle",
  );
  const invitePub = ed25519PublicKey(link.inviteSeed);
  const leaf = createLeaf(env, {
    identitySeed: o.identitySeed,
    circleId: link.circleId,
    name: o.memberName,
    inbox: { relayPub: relay.relayPub, sendId },
    invitePub,
    now: o.now,
  });
  const { suite3 } = env.mls;
  const own = env.mls.createKeyPackage(
    { suite: suite3, random: env.random },
    leaf.options,
  );
  const nonce = env.random(KEY_LENGTH);
  const bytes = encodeRequest(env, {
    link,
    keyPackage: own.keyPackage,
    commitment: commitmentOf(nonce),
  });
  const box = sealPaddedBox({
    label: "joinRequestBox",
    publicKey: link.sealingKey,
    aad: concatBytes(link.circleId, invitePub),
    plaintext: bytes,
    random: env.random,
  });
  assertInvariant(box.ok, "a request fits, and the link's key is valid");
  const { memberKey, sealingKey } = leaf;
  return {
    joining: { link, memberKey, own, sealingKey, nonce },
    box: box.value,
  };
}

/** Who asks, from a box in the invite's inbox. Any bytes may come. */
export function openJoinRequest(
  circle: Circle,
  env: CircleEnv,
  o: { readonly invite: Invite; readonly box: Uint8Array },
): Result<JoinRequest, RequestFault> {
  const { sealing, invitePub } = inviteKeys(o.invite);
  const opened = openPaddedBox({
    label: "joinRequestBox",
    keyPair: sealing,
    aad: concatBytes(circle.info.circleId, invitePub),
    box: o.box,
  });
  if (!opened.ok) return opened;
  return readJoinRequest(circle, env, { invitePub, bytes: opened.value });
}

/** As `openJoinRequest`, from the bytes of one that was opened before: the circle may have changed since. */
export function readJoinRequest(
  circle: Circle,
  env: CircleEnv,
  o: { readonly invitePub: Uint8Array; readonly bytes: Uint8Array },
): Result<JoinRequest, RequestFault> {
  const { invitePub, bytes } = o;
  const decoded = decode(bytes, readRequest);
  if (!decoded.ok) return err({ kind: "malformed" });
  const { keyPackageBytes, commitment, signature } = decoded.value;
  const parsed = env.mls.decodeKeyPackage(keyPackageBytes);
  const facts = parsed.ok ? factsOf(parsed.value.leafNode) : undefined;
  if (!parsed.ok || facts === undefined) return err({ kind: "malformed" });
  const id = sha256(keyPackageBytes);
  const ticket = ticketText(circle.info.circleId, id, commitment);
  if (!ed25519Verify(invitePub, ticket, signature))
    return err({ kind: "refused", detail: "ticket" });
  const keyPackage = parsed.value;
  const fault = checkKeyPackage(circle, env, { keyPackage, invitePub });
  if (fault !== undefined) return err({ kind: "refused", detail: fault });
  const answer = findAnswer(circle, facts.info);
  if (answer === undefined) return err({ kind: "refused", detail: "relay" });
  const { name, sealingKey } = facts.info;
  const { memberKey } = facts.credential;
  const who = { id, keyPackage, memberKey, name, sealingKey, commitment };
  return ok({ ...who, ...answer, invitePub, bytes });
}

/**
 * IN-25: only at a relay of the circle, by the record that the circle has. An address of the asker's choosing would make the
 * steward's device show itself wherever a stranger wants.
 */
function findAnswer(
  circle: Circle,
  { inboxes }: LeafInfo,
): Pick<JoinRequest, "relay" | "inbox"> | undefined {
  for (const inbox of inboxes) {
    const relay = findRelay(relaysOf(circle), inbox.relayPub);
    if (relay !== undefined) return { relay, inbox };
  }
  return undefined;
}

function findRelay(
  relays: readonly RelayRecord[],
  relayPub: Uint8Array,
): RelayRecord | undefined {
  return relays.find((one) => equalBytes(one.relayPub, relayPub));
}

/** What V would say of the leaf, before anybody is asked about it. */
function checkKeyPackage(
  circle: Circle,
  env: CircleEnv,
  o: { readonly keyPackage: KeyPackage; readonly invitePub: Uint8Array },
): string | undefined {
  const groupEnv = groupEnvOf(circle, env);
  const { keyPackage, invitePub } = o;
  const fault = env.mls.validateKeyPackage(groupEnv, { keyPackage });
  if (fault !== undefined) return fault.detail ?? fault.code;
  const { leafNode } = keyPackage;
  const { groupId } = circle.mls.context;
  const verdict = groupEnv.policy.checkLeaf(leafNode, groupId);
  if (verdict !== undefined) return verdict;
  const info = factsOf(leafNode)?.info;
  const isByInvite =
    info?.invitePub !== undefined && equalBytes(info.invitePub, invitePub);
  if (!isByInvite) return "other-invite";
  return info.lastPathEpoch === 0n ? undefined : "leaf-epoch";
}

function encodeRequest(
  env: CircleEnv,
  o: {
    readonly link: InviteLink;
    readonly keyPackage: KeyPackage;
    readonly commitment: Uint8Array;
  },
): Uint8Array {
  const { circleId, inviteSeed } = o.link;
  const { commitment } = o;
  const keyPackage = env.mls.encodeKeyPackage(o.keyPackage);
  const ticket = ticketText(circleId, sha256(keyPackage), commitment);
  return encode((w) => {
    writeU8(w, VERSION);
    writeVector(w, keyPackage);
    writeKey(w, commitment);
    writeFixed(w, ed25519Sign(inviteSeed, ticket), SIGNATURE_LENGTH);
  });
}

function readRequest(r: Reader) {
  readVersion(r, VERSION);
  return {
    keyPackageBytes: readVector(r, MAX_KEY_PACKAGE_BYTES),
    commitment: readKey(r),
    signature: readBytes(r, SIGNATURE_LENGTH),
  };
}

function ticketText(
  circleId: Uint8Array,
  id: Uint8Array,
  commitment: Uint8Array,
): Uint8Array {
  return labeledBytes("joinTicket", circleId, id, commitment);
}
