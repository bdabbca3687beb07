import { encode, InvariantError } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import { beforeAll, expect, it } from "vitest";
import type {
  AuthenticatedContent,
  Content,
  Sender,
} from "../structs/framed-content.ts";
import { encodeGroupContext } from "../structs/group-context.ts";
import { decodeMlsMessage, encodeMlsMessage } from "../structs/mls-message.ts";
import type { PublicMessage } from "../structs/public-message.ts";
import { suite3 } from "../suite.ts";
import { sampleCommit, sampleContext } from "../testing/sample-structs.ts";
import {
  signFramedContent,
  verifyFramedContent,
  writeFramedContentTbs,
} from "./content-signature.ts";
import { checkPublic, protectPublic } from "./public-message.ts";

beforeAll(() => ready);

const seed = new Uint8Array(32).fill(1);
const membershipKey = new Uint8Array(32).fill(2);
const groupContext = encodeGroupContext(sampleContext);
const commit: Content = { kind: "commit", commit: sampleCommit };
const remove: Content = {
  kind: "proposal",
  proposal: { kind: "remove", removed: 3 },
};
const me: Sender = { kind: "member", leafIndex: 1 };

function sign(sender: Sender, content: Content): AuthenticatedContent {
  const framed = {
    groupId: sampleContext.groupId,
    epoch: sampleContext.epoch,
    sender,
    authenticatedData: Uint8Array.of(7),
    content,
  };
  const signature = signFramedContent(suite3, {
    key: seed,
    wireFormat: "public",
    content: framed,
    groupContext,
  });
  const confirmationTag =
    content.kind === "commit" ? new Uint8Array(32).fill(3) : undefined;
  return {
    wireFormat: "public",
    content: framed,
    auth: { signature, confirmationTag },
  };
}

function protect(content: Content): PublicMessage {
  return protectPublic(suite3, {
    authenticatedContent: sign(me, content),
    membershipKey,
    groupContext,
  });
}

function check(message: PublicMessage, context = groupContext): string {
  const checked = checkPublic(suite3, {
    message,
    membershipKey,
    groupContext: context,
    signatureKeyOf: (leafIndex) =>
      leafIndex === 1 ? suite3.signaturePublicKey(seed) : undefined,
  });
  return checked.ok ? "ok" : checked.error.kind;
}

it("[ML-161] refuses application data in a public message", () => {
  const { content, auth } = sign(me, {
    kind: "application",
    data: Uint8Array.of(1),
  });
  const message = { content, auth, membershipTag: new Uint8Array(32) };
  expect(check(message)).toBe("application-in-public");
});

it("[ML-162] refuses every sender that is not a member, by name", () => {
  for (const sender of [
    { kind: "external", senderIndex: 0 },
    { kind: "new-member-proposal" },
    { kind: "new-member-commit" },
  ] as const) {
    const authenticatedContent = sign(sender, remove);
    const { content, auth } = authenticatedContent;
    const message = { content, auth, membershipTag: undefined };
    expect(check(message)).toBe("external-sender");
    expect(() =>
      protectPublic(suite3, {
        authenticatedContent,
        membershipKey,
        groupContext,
      }),
    ).toThrow(InvariantError);
  }
});

it("[ML-162] refuses a leaf that nobody has (N18)", () => {
  for (const leafIndex of [0, 2, 0x8000_0000, 0xffff_ffff]) {
    const message = protect(remove);
    const { content } = message;
    const sender = { kind: "member", leafIndex } as const;
    expect(check({ ...message, content: { ...content, sender } })).toBe(
      "unknown-sender",
    );
  }
});

it("[ML-163] accepts only with both the membership tag and the signature", () => {
  for (const content of [commit, remove]) {
    const message = protect(content);
    expect(check(message)).toBe("ok");
    const membershipTag = message.membershipTag!.slice();
    membershipTag[31]! ^= 1;
    expect(check({ ...message, membershipTag })).toBe("bad-membership-tag");
    expect(check({ ...message, membershipTag: membershipTag.slice(1) })).toBe(
      "bad-membership-tag",
    );
    expect(check({ ...message, membershipTag: undefined })).toBe(
      "bad-membership-tag",
    );
    // Whoever holds the membership key, which is every member, can make a tag for another's signature.
    const { wireFormat } = sign(me, content);
    const auth = { ...message.auth, signature: new Uint8Array(64) };
    const forged = protectPublic(suite3, {
      authenticatedContent: { wireFormat, content: message.content, auth },
      membershipKey,
      groupContext,
    });
    expect(check(forged)).toBe("bad-signature");
    expect(check(message, groupContext.slice(1))).toBe("bad-membership-tag");
  }
});

it("[ML-163] covers every bit of the message by tag or signature", () => {
  const bytes = encodeMlsMessage({ kind: "public", message: protect(commit) });
  for (let bit = 0; bit < bytes.length * 8; bit += 7) {
    const damaged = bytes.slice();
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    const decoded = decodeMlsMessage(damaged);
    if (!decoded.ok || decoded.value.kind !== "public") continue;
    expect(check(decoded.value.message)).not.toBe("ok");
  }
});

it("[ML-163] signs the wire format and, for members, the context", () => {
  const authenticatedContent = sign(me, remove);
  const publicKey = suite3.signaturePublicKey(seed);
  const holds = (x: AuthenticatedContent, context: Uint8Array): boolean =>
    verifyFramedContent(suite3, {
      publicKey,
      authenticatedContent: x,
      groupContext: context,
    });
  expect(holds(authenticatedContent, groupContext)).toBe(true);
  expect(
    holds({ ...authenticatedContent, wireFormat: "private" }, groupContext),
  ).toBe(false);
  expect(holds(authenticatedContent, groupContext.slice(1))).toBe(false);
  const tbsLength = (sender: Sender): number => {
    const { content } = sign(sender, remove);
    return encode((w) =>
      writeFramedContentTbs(w, { wireFormat: "public", content, groupContext }),
    ).length;
  };
  // One octet for the sender type and four for an index.
  const outside = tbsLength({ kind: "new-member-proposal" });
  expect(tbsLength({ kind: "external", senderIndex: 1 })).toBe(outside + 4);
  const inside = outside + groupContext.length;
  expect(tbsLength({ kind: "new-member-commit" })).toBe(inside);
  expect(tbsLength(me)).toBe(inside + 4);
});
