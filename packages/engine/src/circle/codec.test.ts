/** Every form in which a circle's data travel or stand: values come back, and no other bytes pass for them. */
import { describe, expect, it } from "vitest";
import { concatBytes, encodeHex } from "@halqa/bytes";
import { ed25519PublicKey, x25519PublicKey } from "@halqa/crypto";
import { MAX_NAME_BYTES } from "@halqa/model";
import {
  decodeAuthenticatedData,
  encodeAuthenticatedData,
} from "./authenticated-data.ts";
import { decodeCircleInfo, encodeCircleInfo } from "./circle-info.ts";
import type { CircleInfo } from "./circle-info.ts";
import {
  certifyDevice,
  decodeCredential,
  encodeCredential,
  isCertified,
  memberSeedOf,
} from "./credential.ts";
import { toKeySet } from "./key-set.ts";
import { decodeLeafInfo, encodeLeafInfo } from "./leaf-info.ts";
import type { LeafInfo } from "./leaf-info.ts";
import { decodeMessage, encodeMessage } from "./message-header.ts";
import { isRelayUrl } from "./relay-record.ts";
import { decodeStartInfo, encodeStartInfo } from "./start-info.ts";
import { firstSettings } from "./settings.ts";
import { checkCodec } from "./testing/codec-checks.ts";
import { createWorld, circleOf, keyOf } from "./testing/circle-world.ts";

const bytes = (length: number, fill = 1): Uint8Array =>
  new Uint8Array(length).fill(fill);
const key = (fill: number): Uint8Array => bytes(32, fill);
const memberKeys = [1, 2, 3].map((n) => ed25519PublicKey(key(n)));

const info: CircleInfo = {
  circleId: key(1),
  name: "حلقة الخبز",
  minVersion: 1,
  policyVersion: 7,
  settings: firstSettings("circle"),
  picture: undefined,
  charter: { blobId: key(1), key: key(2), length: 9, hash: key(3) },
  isClosed: false,
  stewards: toKeySet(memberKeys),
  readers: [],
  held: [],
  relays: [
    { url: "wss://relay.example", relayPub: key(2), access: undefined },
    { url: "ws://localhost:8080/a", relayPub: key(3), access: key(4) },
  ],
  relayTerm: 0,
  addressNumber: 3,
  invites: [
    { invitePub: key(5), maxUses: 1, auto: undefined },
    {
      invitePub: key(6),
      maxUses: 1000,
      auto: { secret: key(7), expiryDay: 20_000, relayPub: key(8) },
    },
  ],
};

const leafInfo: LeafInfo = {
  name: "نور",
  inboxes: [{ relayPub: key(2), sendId: key(9) }],
  sealingKey: x25519PublicKey(key(8)),
  lastPathEpoch: 12n,
  invitePub: key(5),
};

function encodeKeyNumber(n: number): Uint8Array {
  return concatBytes(Uint8Array.of(n >> 8, n & 255), bytes(30));
}

describe("the credential of a device", () => {
  const memberSeed = memberSeedOf(key(1), key(2));
  const place = { circleId: key(2), signatureKey: memberKeys[0]! };
  const credential = certifyDevice({ memberSeed, deviceNo: 3, ...place });

  it("[CI-1] ties a leaf key to a member in one circle, and to nothing else", () => {
    expect(isCertified(credential, place)).toBe(true);
    expect(isCertified(credential, { ...place, circleId: key(3) })).toBe(false);
    const signatureKey = memberKeys[1]!;
    expect(isCertified(credential, { ...place, signatureKey })).toBe(false);
    const memberKey = memberKeys[1]!;
    expect(isCertified({ ...credential, memberKey }, place)).toBe(false);
  });

  it("[CI-1] gives one person another key in every circle, and the same one each time", () => {
    const keys = [key(2), key(3)].map((circleId) =>
      encodeHex(ed25519PublicKey(memberSeedOf(key(1), circleId))),
    );
    expect(new Set(keys).size).toBe(2);
    expect(memberSeedOf(key(1), key(2))).toEqual(memberSeed);
    expect(memberSeedOf(key(9), key(2))).not.toEqual(memberSeed);
  });

  it("[CI-7] [CI-1] has one encoding", () => {
    checkCodec({ encode: encodeCredential, decode: decodeCredential }, [
      credential,
    ]);
  });

  it("[CI-1] refuses a member key that is none", () => {
    const encoded = encodeCredential(credential);
    const weak = concatBytes(encoded.slice(0, 1), key(0), encoded.slice(33));
    expect(decodeCredential(weak).ok).toBe(false);
  });
});

describe("halqa_circle", () => {
  const codec = { encode: encodeCircleInfo, decode: decodeCircleInfo };

  it("[CI-7] [CI-2] has one encoding", () => {
    checkCodec(codec, [
      info,
      {
        ...info,
        invites: [],
        settings: {
          kind: "direct",
          posting: "stewards",
          adding: "stewards",
          pinning: "stewards",
          disappearing: 60,
        },
        picture: { blobId: key(1), key: key(2), length: 1, hash: key(3) },
        charter: undefined,
        isClosed: true,
        readers: [key(1), key(2)],
        held: [key(3)],
      },
    ]);
  });

  it("[CI-2] refuses a circle without a steward or a relay, and lists out of order", () => {
    const spoil = (changed: Partial<CircleInfo>): boolean =>
      decodeCircleInfo(encodeCircleInfo({ ...info, ...changed })).ok;
    expect(spoil({})).toBe(true);
    expect(spoil({ stewards: [] })).toBe(false);
    expect(spoil({ relays: [] })).toBe(false);
    expect(spoil({ invites: info.invites.toReversed() })).toBe(false);
    const [invite] = info.invites;
    expect(spoil({ invites: [invite!, invite!] })).toBe(false);
    expect(spoil({ invites: [{ ...invite!, maxUses: 0 }] })).toBe(false);
    expect(spoil({ invites: [{ ...invite!, maxUses: 1001 }] })).toBe(false);
    expect(() => spoil({ stewards: [key(2), key(1)] })).toThrow(/in order/);
  });

  it("[CI-2] refuses more than its bounds", () => {
    const invites = Array.from({ length: 33 }, (_, n) => ({
      invitePub: key(n),
      maxUses: 1,
      auto: undefined,
    }));
    const stewards = Array.from({ length: 65 }, (_, n) => key(n));
    const relays = Array.from({ length: 5 }, () => info.relays[0]!);
    const readers = Array.from({ length: 257 }, (_, n) => encodeKeyNumber(n));
    const held = readers;
    const { charter, settings } = info;
    const tooLong = { ...charter!, length: 1_048_577 };
    const empty = { ...charter!, length: 0 };
    for (const changed of [
      { invites },
      { stewards },
      { relays },
      { readers },
      { held },
      { picture: tooLong },
      { charter: empty },
      { settings: { ...settings, disappearing: 366 * 1_440 + 1 } },
    ]) {
      const encoded = encodeCircleInfo({ ...info, ...changed });
      expect(decodeCircleInfo(encoded).ok).toBe(false);
    }
  });

  it("[CI-8] has a name that model accepts", () => {
    const withName = (name: string): Uint8Array => {
      const encoded = encodeCircleInfo({ ...info, name: "Zz" });
      const at = encoded.findIndex(
        (octet, index) => octet === 0x5a && encoded[index + 1] === 0x7a,
      );
      const letters = new TextEncoder().encode(name);
      return concatBytes(
        encoded.slice(0, at - 1),
        Uint8Array.of(letters.length),
        letters,
        encoded.slice(at + 2),
      );
    };
    expect(decodeCircleInfo(withName("Zz")).ok).toBe(true);
    for (const name of ["", " ", "a\nb", "a\u202eb", "a\u200b"]) {
      expect(decodeCircleInfo(withName(name)).ok, name).toBe(false);
    }
    expect(() => encodeCircleInfo({ ...info, name: "" })).toThrow();
    const long = "a".repeat(MAX_NAME_BYTES + 1);
    expect(() => encodeCircleInfo({ ...info, name: long })).toThrow();
  });
});

describe("relay records", () => {
  it("[CI-3] takes addresses of relays, with nothing in them that could carry more", () => {
    for (const good of [
      "wss://relay.example",
      "wss://relay.example/",
      "wss://relay.example:8443/halqa",
      "ws://localhost:8080",
      "ws://127.0.0.1:1",
      "ws://[::1]:8080",
      "wss://xn--mgbh0fb.example/a/b/",
    ]) {
      expect(isRelayUrl(good), good).toBe(true);
    }
    for (const bad of [
      "",
      "https://relay.example",
      "wss://",
      "wss://user@relay.example",
      "wss://relay.example?a=b",
      "wss://relay.example/#a",
      "wss://relay.example//a",
      "wss://RELAY.example",
      "wss://relay.example:123456",
      " wss://relay.example",
      "wss://relay.example\n",
      `wss://${"a".repeat(260)}`,
    ]) {
      expect(isRelayUrl(bad), bad).toBe(false);
    }
  });
});

describe("halqa_leaf", () => {
  it("[CI-7] [CI-4] has one encoding", () => {
    checkCodec({ encode: encodeLeafInfo, decode: decodeLeafInfo }, [
      leafInfo,
      { ...leafInfo, invitePub: undefined },
    ]);
  });

  it("[CI-4] refuses a leaf without an inbox, and a sealing key that is none", () => {
    const spoil = (changed: Partial<LeafInfo>): boolean =>
      decodeLeafInfo(encodeLeafInfo({ ...leafInfo, ...changed })).ok;
    expect(spoil({})).toBe(true);
    expect(spoil({ inboxes: [] })).toBe(false);
    const inbox = leafInfo.inboxes[0]!;
    expect(spoil({ inboxes: Array.from({ length: 5 }, () => inbox) })).toBe(
      false,
    );
    expect(spoil({ sealingKey: key(0) })).toBe(false);
  });
});

describe("what stands in and around messages", () => {
  it("[CI-7] [CI-6] halqa_start has one encoding", () => {
    checkCodec({ encode: encodeStartInfo, decode: decodeStartInfo }, [
      {
        addressNumber: 4,
        part: 1,
        logSeed: key(1),
        seq: 65_536,
        relayHead: key(2),
        origin: key(3),
      },
    ]);
  });

  it("[CI-6] halqa_start names no place behind the end of a log", () => {
    const start = {
      addressNumber: 0,
      part: 0,
      logSeed: key(1),
      seq: 65_537,
      relayHead: key(2),
      origin: key(3),
    };
    expect(decodeStartInfo(encodeStartInfo(start)).ok).toBe(false);
  });

  it("[CI-7] [CI-115] authenticated data have one encoding of one length", () => {
    const data = {
      logId: key(1),
      seq: 5,
      relayMark: bytes(16),
      memberMark: bytes(16, 2),
      epochTag: bytes(8),
      approvals: [],
    };
    const approvals = [
      { leaf: 1, signature: bytes(64) },
      { leaf: 7, signature: bytes(64, 2) },
    ];
    const codec = {
      encode: encodeAuthenticatedData,
      decode: decodeAuthenticatedData,
    };
    checkCodec(codec, [data, { ...data, approvals }]);
    expect(encodeAuthenticatedData(data)).toHaveLength(82);
    const turned = { ...data, approvals: approvals.toReversed() };
    expect(decodeAuthenticatedData(encodeAuthenticatedData(turned)).ok).toBe(
      false,
    );
  });

  it("[CI-7] [CI-190] the header of a message has one encoding", () => {
    const header = {
      messageId: bytes(16),
      leaf: 3,
      epoch: 4n,
      minute: 30_000_000,
    };
    const encoded = encodeMessage(header, bytes(5));
    expect(decodeMessage(encoded)).toEqual({
      ok: true,
      value: { header, content: bytes(5) },
    });
    expect(decodeMessage(encoded.slice(0, 32)).ok).toBe(false);
    expect(decodeMessage(Uint8Array.of(2, ...encoded.slice(1))).ok).toBe(false);
  });
});

describe("founding", () => {
  it("[CI-10] makes a circle of one, whose founder is the steward, at address 0", () => {
    const world = createWorld("founding", "alice");
    const circle = circleOf(world, "alice");
    expect(circle.info).toMatchObject({
      name: "Bread and roses",
      minVersion: 1,
      policyVersion: 0,
      stewards: [keyOf(world, "alice")],
      invites: [],
      addressNumber: 0,
      relays: [world.relay],
    });
    expect(circle.mls.context.epoch).toBe(0n);
    expect(circle.log).toMatchObject({ seq: 0, entriesRead: 0 });
    expect(circle.awaits).toBeUndefined();
    const other = circleOf(createWorld("founding", "alice"), "alice");
    expect(other.info.circleId).not.toEqual(circle.info.circleId);
    expect(other.mls.context.groupId).not.toEqual(other.info.circleId);
  });
});
