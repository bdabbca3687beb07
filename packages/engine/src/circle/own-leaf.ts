/** The leaf that a device brings into a circle, as founder or with a join request (docs/spec/circle.md, CI-1, CI-4). */
import { assertInvariant } from "@halqa/bytes";
import { dhkemX25519, ed25519PublicKey } from "@halqa/crypto";
import type { KeyPair } from "@halqa/crypto";
import type { Credential, Extension } from "../ports/mls.ts";
import type { Circle, CircleEnv } from "./circle.ts";
import { CIRCLE_EXTENSION } from "./circle-info.ts";
import {
  BASIC_CREDENTIAL,
  certifyDevice,
  memberSeedOf,
  toMlsCredential,
} from "./credential.ts";
import type { MemberCredential } from "./credential.ts";
import { KEY_LENGTH } from "./field.ts";
import { factsOf } from "./leaf-facts.ts";
import { encodeLeafInfo, LEAF_EXTENSION } from "./leaf-info.ts";
import type { LeafInfo } from "./leaf-info.ts";
import { KEY_PACKAGE_LIFETIME } from "./limits.ts";
import type { InboxAddress } from "./relay-record.ts";

export interface OwnLeafOptions {
  readonly identitySeed: Uint8Array;
  readonly circleId: Uint8Array;
  readonly name: string;
  readonly inbox: InboxAddress;
  readonly invitePub: Uint8Array | undefined;
  /** Of the member's devices; 0 is the first one. */
  readonly deviceNo?: number;
  /** Seconds since 1970. */
  readonly now: number;
}

export interface CertifiedLeafOptions extends Pick<
  OwnLeafOptions,
  "name" | "inbox" | "invitePub" | "now"
> {
  readonly signatureSeed: Uint8Array;
  readonly credential: MemberCredential;
}

export interface NewLeaf {
  readonly memberKey: Uint8Array;
  readonly sealingKey: KeyPair;
  /** For `createGroup` and `createKeyPackage`. */
  readonly options: {
    readonly signatureSeed: Uint8Array;
    readonly credential: Credential;
    readonly capabilities: ReturnType<CircleEnv["mls"]["createCapabilities"]>;
    readonly lifetime: {
      readonly notBefore: bigint;
      readonly notAfter: bigint;
    };
    readonly leafExtensions: readonly Extension[];
  };
}

const DAY = 86_400;

/** Fresh keys for one device in one circle, certified by the member's key. */
export function createLeaf(env: CircleEnv, o: OwnLeafOptions): NewLeaf {
  const { circleId } = o;
  const signatureSeed = env.random(KEY_LENGTH);
  const credential = certifyDevice({
    memberSeed: memberSeedOf(o.identitySeed, circleId),
    deviceNo: o.deviceNo ?? 0,
    circleId,
    signatureKey: ed25519PublicKey(signatureSeed),
  });
  return createCertifiedLeaf(env, { ...o, signatureSeed, credential });
}

/** As `createLeaf`, with a signature key that was certified before: a device without the identity has no other (LK-40). */
export function createCertifiedLeaf(
  env: CircleEnv,
  o: CertifiedLeafOptions,
): NewLeaf {
  const { signatureSeed, credential } = o;
  const sealingKey = dhkemX25519.deriveKeyPair(env.random(KEY_LENGTH));
  return {
    memberKey: credential.memberKey,
    sealingKey,
    options: {
      signatureSeed,
      credential: toMlsCredential(credential),
      capabilities: env.mls.createCapabilities({
        suites: [env.mls.suite3.id],
        credentials: [BASIC_CREDENTIAL],
        extensions: [CIRCLE_EXTENSION, LEAF_EXTENSION],
      }),
      lifetime: lifetimeFrom(o.now),
      leafExtensions: [
        leafExtension({
          name: o.name,
          inboxes: [o.inbox],
          sealingKey: sealingKey.publicKey,
          lastPathEpoch: 0n,
          invitePub: o.invitePub,
        }),
      ],
    },
  };
}

/** `halqa_leaf` of our leaf as it is, with keys that are renewed in the current epoch. */
export function renewedLeaf({ mls, home }: Circle, env: CircleEnv): Extension {
  const leaf = env.mls.leafAt(mls.tree, mls.own.leafIndex);
  const facts = leaf && factsOf(leaf);
  assertInvariant(facts !== undefined, "our leaf is in the tree");
  const lastPathEpoch = mls.context.epoch;
  const inboxes = home === undefined ? facts.info.inboxes : [home];
  return leafExtension({ ...facts.info, inboxes, lastPathEpoch });
}

/** As MLS carries it. */
function leafExtension(info: LeafInfo): Extension {
  return { type: LEAF_EXTENSION, data: encodeLeafInfo(info) };
}

/** In whole days, from the day before: clocks differ, and the hour of joining is nobody's business. */
function lifetimeFrom(now: number): {
  readonly notBefore: bigint;
  readonly notAfter: bigint;
} {
  const start = Math.max(0, Math.floor(now / DAY) - 1) * DAY;
  return {
    notBefore: BigInt(start),
    notAfter: BigInt(start + KEY_PACKAGE_LIFETIME),
  };
}
