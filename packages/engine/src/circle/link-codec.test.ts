/** Links of devices and what devices that link say: one form each, and an answer for any bytes. */
import { describe, expect, it } from "vitest";
import { dhkemX25519, ed25519PublicKey } from "@halqa/crypto";
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { BODY_SIZES } from "@halqa/protocol";
import {
  decodeDeviceLink,
  encodeDeviceLink,
  linkCommitmentOf,
  linkSessionOf,
} from "./device-link.ts";
import type { DeviceLink } from "./device-link.ts";
import { openOffer, sealOffer, sealReveal, openReveal } from "./link-box.ts";
import {
  decodeCircleList,
  decodeOfCircles,
  encodeCircleList,
  encodeOfCircles,
  LINK_LIST,
} from "./link-lists.ts";
import { MAX_KEY_PACKAGE_BYTES } from "./limits.ts";

const random = createSeededRandom("device links");
const keyPair = dhkemX25519.deriveKeyPair(random.bytes(32));

const link: DeviceLink = {
  relay: {
    url: "wss://relay.example/",
    relayPub: random.bytes(32),
    access: random.bytes(32),
  },
  sendId: random.bytes(32),
  sealingKey: keyPair.publicKey,
  commitment: linkCommitmentOf(random.bytes(32)),
  untilMinute: 29_000_000,
};

describe("the link of a new device", () => {
  it("[LK-3] has one form, and is read out of an address as well", () => {
    const text = encodeDeviceLink(link);
    expect(text).toMatch(/^l1\.[A-Za-z0-9_-]+$/);
    expect(decodeDeviceLink(text)).toEqual({ ok: true, value: link });
    const around = ` https://app.example/#${text}\n`;
    expect(decodeDeviceLink(around)).toEqual({ ok: true, value: link });
  });

  it("[LK-3] answers any other text", () => {
    const fault = (text: string): unknown => {
      const read = decodeDeviceLink(text);
      return read.ok ? read : read.error.kind;
    };
    const text = encodeDeviceLink(link);
    expect(fault("")).toBe("not-a-link");
    expect(fault("j1.AAAA")).toBe("not-a-link");
    expect(fault("l2.AAAA")).toBe("newer");
    expect(fault("l1.AAAA")).toBe("malformed");
    expect(fault(`${text}AA`)).toBe("malformed");
    expect(fault(text.slice(0, -4))).toBe("malformed");
    expect(fault("l1.".padEnd(9_999, "A"))).toBe("not-a-link");
    const weak = { ...link, sealingKey: new Uint8Array(32) };
    expect(fault(encodeDeviceLink(weak))).toBe("malformed");
  });
});

describe("boxes before the digits", () => {
  it("[LK-10] open with the session's key, in its session and direction only", () => {
    const session = linkSessionOf(link);
    const offer = {
      sendId: random.bytes(32),
      sealingKey: keyPair.publicKey,
      nonce: random.bytes(32),
    };
    const { publicKey } = keyPair;
    const to = { session, publicKey, random: random.bytes };
    const box = sealOffer({ ...to, offer }) ?? new Uint8Array();
    expect(box.length).toBe(BODY_SIZES[0]);
    expect(openOffer({ session, keyPair, box })).toEqual(offer);
    expect(openReveal({ session, keyPair, box })).toBeUndefined();
    const other = linkSessionOf({ ...link, untilMinute: 1 });
    expect(openOffer({ session: other, keyPair, box })).toBeUndefined();
    for (let n = 0; n < 50; n++)
      expect(
        openOffer({ session, keyPair, box: mutateBytes(box, random) }),
      ).toBeUndefined();
    const reveal = sealReveal({ ...to, nonce: offer.nonce });
    expect(
      openOffer({ session, keyPair, box: reveal ?? new Uint8Array() }),
    ).toBeUndefined();
  });
});

describe("lists", () => {
  it("[LK-20] hold sixteen circles with all that a circle can have, and fit one box", () => {
    const relay = {
      url: `wss://${"a".repeat(240)}.example/`,
      relayPub: random.bytes(32),
      access: random.bytes(32),
    };
    const circles = Array.from({ length: LINK_LIST }, () => ({
      circleId: random.bytes(32),
      name: "n".repeat(60),
      memberKey: ed25519PublicKey(random.bytes(32)),
      memberName: "m".repeat(60),
      deviceNo: 65_535,
      relays: [relay, relay, relay, relay],
    }));
    const list = { profile: "alice", circles };
    const bytes = encodeCircleList(list);
    expect(decodeCircleList(bytes)).toEqual(list);
    expect(bytes.length).toBeLessThan(BODY_SIZES[2] - 1_000);
    const packages = circles.map(({ circleId }) => ({
      circleId,
      value: random.bytes(MAX_KEY_PACKAGE_BYTES),
    }));
    const requests = encodeOfCircles("requests", packages);
    expect(requests.length).toBeLessThan(BODY_SIZES[2] - 1_000);
    expect(decodeOfCircles("requests", requests)).toEqual(packages);
    const [one] = circles;
    const more = { ...list, circles: [...circles, ...(one ? [one] : [])] };
    expect(decodeCircleList(encodeCircleList(more))).toBeUndefined();
  });

  it("[LK-14] give an answer for any bytes", () => {
    const list = encodeCircleList({
      profile: "",
      circles: [
        {
          circleId: random.bytes(32),
          name: "Bees",
          memberKey: ed25519PublicKey(random.bytes(32)),
          memberName: "kim",
          deviceNo: 1,
          relays: [link.relay],
        },
      ],
    });
    for (let n = 0; n < 300; n++) {
      const bytes = mutateBytes(list, random);
      expect(() => decodeCircleList(bytes)).not.toThrow();
      for (const what of ["keys", "certificates", "requests"] as const)
        expect(() => decodeOfCircles(what, bytes)).not.toThrow();
    }
    const noKey = [{ circleId: random.bytes(32), value: new Uint8Array(32) }];
    expect(decodeOfCircles("keys", encodeOfCircles("keys", noKey))).toBe(
      undefined,
    );
  });
});
