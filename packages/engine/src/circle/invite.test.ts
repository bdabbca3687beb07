/** Invites: their keys, the boxes for stewards, and the link. */
import { describe, expect, it } from "vitest";
import {
  concatBytes,
  decodeBase64url,
  encodeBase64url,
  encodeHex,
  encodeUtf8,
} from "@halqa/bytes";
import { ed25519PublicKey, sealBox } from "@halqa/crypto";
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import {
  createInviteLink,
  decodeInviteLink,
  encodeInviteLink,
} from "./invite-link.ts";
import type { InviteLink } from "./invite-link.ts";
import { createInvite, openInvite, sealInvite } from "./invite.ts";
import { decodeInvite, encodeInvite, inviteKeys } from "./invite-secret.ts";
import { planChange } from "./plan-commit.ts";
import { checkCodec } from "./testing/codec-checks.ts";
import {
  act,
  actorOf,
  catchUp,
  circleOf,
  createWorld,
  expectOk,
  keyOf,
  TODAY,
} from "./testing/circle-world.ts";
import type { World } from "./testing/circle-world.ts";

function createStewards(seed: string): World {
  const world = createWorld(seed, "alice", "bob", "carol");
  const { env } = actorOf(world, "alice");
  const stewards = ["alice", "bob"].map((name) => keyOf(world, name));
  act(world, "alice", planChange(circleOf(world, "alice"), env, { stewards }));
  catchUp(world);
  return world;
}

describe("the keys of an invite", () => {
  it("[IN-1] follow from one secret, and not from each other", () => {
    const world = createWorld("keys", "alice");
    const { env } = actorOf(world, "alice");
    const invite = createInvite(circleOf(world, "alice"), env, TODAY);
    const keys = inviteKeys(invite);
    expect(inviteKeys({ secret: invite.secret })).toEqual(keys);
    expect(keys.invitePub).toEqual(ed25519PublicKey(keys.inviteSeed));
    expect(keys.ownerPub).toEqual(ed25519PublicKey(keys.ownerSeed));
    const all = [
      invite.secret,
      keys.inviteSeed,
      keys.ownerSeed,
      keys.sendId,
      keys.sealing.secretKey,
    ];
    expect(new Set(all.map(encodeHex)).size).toBe(5);
    const other = createInvite(circleOf(world, "alice"), env, TODAY);
    expect(other.secret).not.toEqual(invite.secret);
  });

  it("[IN-1] are stored as the secret, in one encoding", () => {
    const invite = {
      secret: new Uint8Array(32).fill(1),
      expiryDay: TODAY,
      relayPub: new Uint8Array(32).fill(2),
    };
    checkCodec({ encode: encodeInvite, decode: decodeInvite }, [invite]);
  });
});

describe("the boxes for stewards", () => {
  it("[IN-3] let every other steward, and nobody else, take part in the invite", () => {
    const world = createStewards("boxes");
    const alice = circleOf(world, "alice");
    const { env } = actorOf(world, "alice");
    const invite = createInvite(alice, env, TODAY + 7);
    const { invitePub } = inviteKeys(invite);
    const boxes = sealInvite(alice, env, invite);
    expect(boxes).toHaveLength(1);
    const opened = (name: string) =>
      openInvite(circleOf(world, name), { invitePub, boxes });
    expect(opened("bob")).toEqual({ ok: true, value: invite });
    const notForUs = { ok: false, error: { kind: "not-for-us" } };
    expect(opened("carol")).toEqual(notForUs);
    expect(opened("alice")).toEqual(notForUs);
  });

  it("[IN-3] are for one circle and one invite", () => {
    const world = createStewards("other invite");
    const alice = circleOf(world, "alice");
    const { env } = actorOf(world, "alice");
    const invite = createInvite(alice, env, TODAY + 7);
    const other = inviteKeys(createInvite(alice, env, TODAY)).invitePub;
    const bob = circleOf(world, "bob");
    const boxes = sealInvite(alice, env, invite);
    expect(openInvite(bob, { invitePub: other, boxes }).ok).toBe(false);
    const { invitePub } = inviteKeys(invite);
    const damaged = boxes.map(({ to, box }) => ({
      to,
      box: mutateBytes(box, createSeededRandom("box")),
    }));
    expect(openInvite(bob, { invitePub, boxes: damaged }).ok).toBe(false);
    expect(openInvite(bob, { invitePub, boxes: [] }).ok).toBe(false);
  });

  it("[IN-3] that hold the secret of another invite are refused", () => {
    const world = createStewards("swapped");
    const alice = circleOf(world, "alice");
    const { env } = actorOf(world, "alice");
    const invite = createInvite(alice, env, TODAY + 7);
    const other = createInvite(alice, env, TODAY + 7);
    const { invitePub } = inviteKeys(invite);
    // A hostile steward seals its own secret under the name of another invite.
    const boxes = expectBoxes(world, { invitePub, sealed: other.secret });
    expect(openInvite(circleOf(world, "bob"), { invitePub, boxes })).toEqual({
      ok: false,
      error: { kind: "malformed" },
    });
  });
});

/** The boxes that `sealInvite` would make for an invite of that name, with another secret in them. */
function expectBoxes(
  world: World,
  o: { readonly invitePub: Uint8Array; readonly sealed: Uint8Array },
) {
  const bob = circleOf(world, "bob");
  const to = bob.sealingKeys[0]!.publicKey;
  const box = expectOk(
    sealBox({
      label: "stewardBox",
      publicKey: to,
      aad: concatBytes(bob.info.circleId, o.invitePub),
      plaintext: encodeInvite({
        secret: o.sealed,
        expiryDay: TODAY,
        relayPub: world.relay.relayPub,
      }),
      random: actorOf(world, "alice").random.bytes,
    }),
  );
  return [{ to, box }];
}

describe("the link", () => {
  const world = createWorld("link", "alice");
  const { env } = actorOf(world, "alice");
  const circle = circleOf(world, "alice");
  const invite = createInvite(circle, env, TODAY + 7);
  const link = createInviteLink(circle, env, { invite, isAuto: false });
  const text = encodeInviteLink(link);

  it("[IN-10] is `j1.` and base64url, short enough for a code on a screen", () => {
    expect(text).toMatch(/^j1\.[A-Za-z0-9_-]+$/);
    expect(text.length).toBeLessThan(500);
    expect(decodeInviteLink(text)).toEqual({ ok: true, value: link });
  });

  it("[IN-10] is read from the part behind `#`, or from the whole link", () => {
    for (const whole of [
      `https://halqa.example/#${text}`,
      `  http://localhost:8080/app/#${text}\n`,
      `#${text}`,
    ])
      expect(decodeInviteLink(whole)).toEqual({ ok: true, value: link });
  });

  it("[IN-14] says all that a joiner needs, and none of what stewards hold", () => {
    const keys = inviteKeys(invite);
    expect(link).toEqual({
      relays: circle.info.relays,
      sendId: keys.sendId,
      inviteSeed: keys.inviteSeed,
      sealingKey: keys.sealing.publicKey,
      circleId: circle.info.circleId,
      stewardKey: circle.memberKey,
      expiryDay: TODAY + 7,
      isAuto: false,
      circleName: "Bread and roses",
      inviterName: "alice",
    });
    const hex = encodeHex(expectOk(decodeBase64url(text.slice(3))));
    for (const secret of [
      invite.secret,
      keys.ownerSeed,
      keys.sealing.secretKey,
    ])
      expect(hex).not.toContain(encodeHex(secret));
  });

  it("[IN-12] carries two labels of at most 64 bytes, cut between characters", () => {
    const named = (name: string): string => {
      const info = { ...circle.info, name };
      return createInviteLink({ ...circle, info }, env, {
        invite,
        isAuto: false,
      }).circleName;
    };
    expect(named("a".repeat(64))).toBe("a".repeat(64));
    expect(named("a".repeat(70))).toBe("a".repeat(64));
    expect(named("ح".repeat(40))).toBe("ح".repeat(32));
    expect(named("🌱".repeat(20))).toBe("🌱".repeat(16));
    expect(named(`${"a".repeat(63)} b`)).toBe("a".repeat(63));
  });

  it("[IN-12] refuses labels that model would not accept as names", () => {
    const withLabel = (circleName: string) =>
      decodeInviteLink(encodeInviteLink({ ...link, circleName }));
    expect(withLabel("").ok).toBe(true);
    expect(withLabel("a\u202eb").ok).toBe(false);
    expect(withLabel("a".repeat(65)).ok).toBe(false);
  });

  it("[IN-13] of a later version is told apart from what is none", () => {
    const kindOf = (one: string): string => {
      const decoded = decodeInviteLink(one);
      return decoded.ok ? "ok" : decoded.error.kind;
    };
    expect(kindOf(text.replace("j1.", "j2."))).toBe("newer");
    expect(kindOf("https://halqa.example/")).toBe("not-a-link");
    expect(kindOf("")).toBe("not-a-link");
    expect(kindOf("j1.".padEnd(5_000, "a"))).toBe("not-a-link");
    expect(kindOf("j1.")).toBe("malformed");
    expect(kindOf(`${text}=`)).toBe("malformed");
    expect(kindOf(text.slice(0, -4))).toBe("malformed");
    expect(kindOf("j1.%%%")).toBe("malformed");
  });

  it("[IN-13] has one form: what is read from damaged text is written as that text", () => {
    const random = createSeededRandom("link");
    const bytes = new TextEncoder().encode(text);
    let read = 0;
    for (let run = 0; run < 500; run++) {
      const damaged = new TextDecoder().decode(mutateBytes(bytes, random));
      const decoded = decodeInviteLink(damaged);
      if (!decoded.ok) continue;
      read++;
      const part = damaged.trim().slice(damaged.trim().indexOf("#") + 1);
      expect(encodeInviteLink(decoded.value)).toBe(part);
    }
    expect(read).toBeGreaterThan(0);
  });

  it("[IN-14] refuses flags without a meaning, no relay, and a sealing key that is none", () => {
    const spoil = (changed: Partial<InviteLink>): boolean =>
      decodeInviteLink(encodeInviteLink({ ...link, ...changed })).ok;
    expect(spoil({})).toBe(true);
    expect(spoil({ relays: [] })).toBe(false);
    expect(spoil({ sealingKey: new Uint8Array(32) })).toBe(false);
    const bytes = expectOk(decodeBase64url(text.slice(3)));
    const labels = encodeUtf8("Bread and roses").length + "alice".length + 2;
    const flagged = bytes.with(bytes.length - labels - 1, 2);
    expect(decodeInviteLink(`j1.${encodeBase64url(flagged)}`).ok).toBe(false);
  });
});
