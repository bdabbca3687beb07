/**
 * Coming into a circle as a further device of a member (docs/spec/linking.md, LK-31 to LK-33): by the Welcome of a device of the same
 * member, whose signature over this very group needs nobody else's word.
 */
import {
  assertInvariant,
  concatBytes,
  decode,
  encode,
  equalBytes,
  err,
  ok,
  readVector,
  writeU8,
  writeVector,
} from "@halqa/bytes";
import type { DecodeError, Result } from "@halqa/bytes";
import { x25519PublicKey } from "@halqa/crypto";
import type { KeyPair } from "@halqa/crypto";
import type { JoinView, OwnKeyPackage } from "../ports/mls.ts";
import { readCircle } from "./check-change.ts";
import { isPaused } from "./circle.ts";
import type { Circle, CircleEnv } from "./circle.ts";
import { fromMlsCredential } from "./credential.ts";
import type { MemberCredential } from "./credential.ts";
import { epochKeyOf } from "./epoch-key.ts";
import { readKey, readVersion, writeKey } from "./field.ts";
import { logOf } from "./finish-join.ts";
import type { JoinFault } from "./finish-join.ts";
import { noFragments } from "./fragment-set.ts";
import { factsOf } from "./leaf-facts.ts";
import type { ListedCircle } from "./link-lists.ts";
import { createCertifiedLeaf } from "./own-leaf.ts";
import { openPaddedBox } from "./padded-box.ts";
import { createPolicy } from "./policy.ts";
import { nothingSent } from "./sent-count.ts";
import { openTree } from "./tree-blob.ts";
import { decodeWelcome } from "./welcome.ts";
import type { OpenedWelcome } from "./welcome.ts";

/** Holds the private halves of the KeyPackage: it is erased once the circle is stored. */
export interface Entering {
  readonly circleId: Uint8Array;
  readonly memberKey: Uint8Array;
  readonly own: OwnKeyPackage;
  readonly sealingKey: KeyPair;
}

const VERSION = 1;

/** The KeyPackage for a circle of the list, with the certificate that came for it. */
export function createEntering(
  env: CircleEnv,
  o: {
    readonly listed: ListedCircle;
    readonly signatureSeed: Uint8Array;
    readonly certificate: Uint8Array;
    /** Of this device's inbox, at the first relay of the list. */
    readonly sendId: Uint8Array;
    /** Seconds since 1970. */
    readonly now: number;
  },
): { readonly entering: Entering; readonly keyPackage: Uint8Array } {
  const { circleId, memberKey, deviceNo, memberName, relays } = o.listed;
  const { signatureSeed, certificate, sendId } = o;
  const [relay] = relays;
  assertInvariant(relay !== undefined, "a listed circle has a relay");
  const credential: MemberCredential = { memberKey, deviceNo, certificate };
  const leaf = createCertifiedLeaf(env, {
    name: memberName,
    inbox: { relayPub: relay.relayPub, sendId },
    invitePub: undefined,
    now: o.now,
    signatureSeed,
    credential,
  });
  const own = env.mls.createKeyPackage(
    { suite: env.mls.suite3, random: env.random },
    leaf.options,
  );
  const { sealingKey } = leaf;
  return {
    entering: { circleId, memberKey, own, sealingKey },
    keyPackage: env.mls.encodeKeyPackage(own.keyPackage),
  };
}

/** What of our inbox is the Welcome for this KeyPackage. Any bytes may come. */
export function openLinkedWelcome(
  { circleId, memberKey, sealingKey }: Entering,
  box: Uint8Array,
): OpenedWelcome | undefined {
  const opened = openPaddedBox({
    label: "welcomeBox",
    keyPair: sealingKey,
    aad: concatBytes(circleId, memberKey),
    box,
  });
  const welcome = opened.ok ? decodeWelcome(opened.value) : opened;
  return welcome.ok ? welcome.value : undefined;
}

/** The circle that we are in now. Erase `entering` in the transaction that stores it. */
export function finishLinkedJoin(
  entering: Entering,
  env: CircleEnv,
  o: {
    readonly opened: OpenedWelcome;
    readonly parts: readonly Uint8Array[];
  },
): Result<Circle, JoinFault> {
  const { mls, random } = env;
  const { circleId, memberKey, own, sealingKey } = entering;
  const tree = openTree(o.opened.blob, { parts: o.parts, context: circleId });
  if (!tree.ok) return err({ kind: "tree" });
  const policy = createPolicy(mls, { circleId, log: undefined });
  const checkJoin = (view: JoinView) =>
    policy.checkJoin(view) ?? checkSigner(env, memberKey, view);
  const joined = mls.joinGroup(
    { suite: mls.suite3, random, policy: { ...policy, checkJoin } },
    { welcome: o.opened.welcome, own, tree: tree.value },
  );
  if (!joined.ok) {
    const { code, detail } = joined.error;
    const text = detail === undefined ? code : `${code}: ${detail}`;
    return err({ kind: "refused", detail: text });
  }
  const { state, extensions } = joined.value;
  const info = readCircle(state.context.extensions, circleId);
  assertInvariant(typeof info !== "string", "V accepted the circle");
  const circle: Circle = {
    mls: state,
    info,
    memberKey,
    sealingKeys: [sealingKey],
    ...logOf(info, extensions),
    epochKeys: [epochKeyOf(mls, state, info)],
    fragments: noFragments,
    sent: nothingSent,
    awaits: undefined,
  };
  return isPaused(circle) ? err({ kind: "paused" }) : ok(circle);
}

/** LK-32: a device of this very member. A steward's word is not needed, and would not be enough. */
function checkSigner(
  { mls }: CircleEnv,
  memberKey: Uint8Array,
  { group, signer }: JoinView,
): string | undefined {
  const node = mls.leafAt(group.tree, signer);
  const facts = node && factsOf(node);
  return facts !== undefined &&
    equalBytes(facts.credential.memberKey, memberKey)
    ? undefined
    : "welcome-by-another";
}

export function encodeEntering(
  { mls }: CircleEnv,
  entering: Entering,
): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeKey(w, entering.circleId);
    writeVector(w, mls.encodeOwnKeyPackage(entering.own));
    writeKey(w, entering.sealingKey.secretKey);
  });
}

/** Refuses parts that do not belong together. */
export function decodeEntering(
  { mls }: CircleEnv,
  bytes: Uint8Array,
): Result<Entering, DecodeError> {
  const stored = decode(bytes, (r) => {
    readVersion(r, VERSION);
    return { circleId: readKey(r), own: readVector(r), secretKey: readKey(r) };
  });
  if (!stored.ok) return stored;
  const { circleId, secretKey } = stored.value;
  const own = mls.decodeOwnKeyPackage(stored.value.own);
  const misfit = err({ kind: "invalid" as const, at: 0 });
  if (!own.ok) return misfit;
  const { leafNode } = own.value.keyPackage;
  const credential = fromMlsCredential(leafNode.credential);
  const facts = factsOf(leafNode);
  const publicKey = x25519PublicKey(secretKey);
  const isOne =
    facts !== undefined && equalBytes(facts.info.sealingKey, publicKey);
  if (!isOne || credential === undefined) return misfit;
  return ok({
    circleId,
    memberKey: credential.memberKey,
    own: own.value,
    sealingKey: { publicKey, secretKey },
  });
}
