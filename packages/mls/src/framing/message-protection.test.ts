// The official "message-protection" vectors, and the sender data of "secret-tree".
import { createSeededRandom } from "@halqa/testkit";
import { encode } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createSecretTree } from "../schedule/secret-tree.ts";
import type { SecretTree } from "../schedule/secret-tree.ts";
import { confirmationTag } from "../schedule/transcript.ts";
import { decodeCommit } from "../structs/commit.ts";
import { writeContent } from "../structs/framed-content.ts";
import type {
  AuthenticatedContent,
  Content,
  WireFormat,
} from "../structs/framed-content.ts";
import { encodeGroupContext } from "../structs/group-context.ts";
import { decodeMlsMessage, encodeMlsMessage } from "../structs/mls-message.ts";
import { decodeProposal } from "../structs/proposal.ts";
import { MLS10 } from "../structs/protocol-version.ts";
import { vectorSuites } from "../testing/suite1.ts";
import { fromHex, loadVectors } from "../testing/vectors.ts";
import { signFramedContent, verifyFramedContent } from "./content-signature.ts";
import { openPrivate, sealPrivate } from "./private-message.ts";
import { checkPublic, protectPublic } from "./public-message.ts";
import { deriveSenderDataKey } from "./sender-data.ts";

type ProtectionVector = Readonly<
  Record<
    | "group_id"
    | "tree_hash"
    | "confirmed_transcript_hash"
    | "signature_priv"
    | "signature_pub"
    | "encryption_secret"
    | "sender_data_secret"
    | "membership_key"
    | "proposal"
    | "proposal_priv"
    | "proposal_pub"
    | "commit"
    | "commit_priv"
    | "commit_pub"
    | "application"
    | "application_priv",
    string
  >
> & { readonly cipher_suite: number; readonly epoch: number };

interface SenderDataVector {
  readonly cipher_suite: number;
  readonly sender_data: Readonly<
    Record<"sender_data_secret" | "ciphertext" | "key" | "nonce", string>
  >;
}

beforeAll(() => ready);

const senderData = loadVectors<SenderDataVector>("secret-tree");

it.skipIf(senderData === undefined).each(senderData ?? [])(
  "[ML-160] derives the key of the sender data from a sample, suite $cipher_suite",
  (v) => {
    const { sender_data_secret, ciphertext, key, nonce } = v.sender_data;
    expect(
      deriveSenderDataKey(
        vectorSuites.get(v.cipher_suite)!,
        fromHex(sender_data_secret),
        fromHex(ciphertext),
      ),
    ).toEqual({ key: fromHex(key), nonce: fromHex(nonce) });
  },
);

const vectors = loadVectors<ProtectionVector>("message-protection");
const kinds = ["proposal", "commit", "application"] as const;
const limits = { maxForward: 8, maxSkipped: 8 };

it.skipIf(vectors === undefined)("[ML-160] has a vector for each suite", () => {
  expect(vectors?.map((v) => v.cipher_suite)).toEqual([...vectorSuites.keys()]);
});

describe.skipIf(vectors === undefined).each(vectors ?? [])(
  "message-protection, suite $cipher_suite",
  (v) => {
    const suite = vectorSuites.get(v.cipher_suite)!;
    const random = createSeededRandom("message-protection");
    const groupContext = encodeGroupContext({
      version: MLS10,
      cipherSuite: v.cipher_suite,
      groupId: fromHex(v.group_id),
      epoch: BigInt(v.epoch),
      treeHash: fromHex(v.tree_hash),
      confirmedTranscriptHash: fromHex(v.confirmed_transcript_hash),
      extensions: [],
    });
    const publicKey = fromHex(v.signature_pub);
    const membershipKey = fromHex(v.membership_key);
    const senderDataSecret = fromHex(v.sender_data_secret);
    const secretTree = (): SecretTree =>
      createSecretTree(suite, fromHex(v.encryption_secret), 2);

    const open = (message: string | Uint8Array): AuthenticatedContent => {
      const bytes = typeof message === "string" ? fromHex(message) : message;
      const decoded = decodeMlsMessage(bytes);
      if (!decoded.ok || decoded.value.kind !== "private")
        throw new Error("not a private message");
      const opened = openPrivate(suite, {
        message: decoded.value.message,
        secretTree: secretTree(),
        senderDataSecret,
        limits,
        isMember: (leafIndex) => leafIndex < 2,
      });
      if (!opened.ok) throw new Error(opened.error.kind);
      const { authenticatedContent } = opened.value;
      expect(
        verifyFramedContent(suite, {
          publicKey,
          authenticatedContent,
          groupContext,
        }),
      ).toBe(true);
      return authenticatedContent;
    };

    const check = (message: string | Uint8Array): AuthenticatedContent => {
      const bytes = typeof message === "string" ? fromHex(message) : message;
      const decoded = decodeMlsMessage(bytes);
      if (!decoded.ok || decoded.value.kind !== "public")
        throw new Error("not a public message");
      const checked = checkPublic(suite, {
        message: decoded.value.message,
        membershipKey,
        groupContext,
        signatureKeyOf: (leafIndex) =>
          leafIndex === 1 ? publicKey : undefined,
      });
      if (!checked.ok) throw new Error(checked.error.kind);
      return checked.value;
    };

    const rawContent = (kind: (typeof kinds)[number]): Content => {
      const bytes = fromHex(v[kind]);
      if (kind === "application") return { kind, data: bytes };
      if (kind === "proposal") {
        const proposal = decodeProposal(bytes);
        if (proposal.ok) return { kind, proposal: proposal.value };
      } else {
        const commit = decodeCommit(bytes);
        if (commit.ok) return { kind, commit: commit.value };
      }
      throw new Error("not decoded");
    };

    const sign = (
      content: Content,
      wireFormat: WireFormat,
    ): AuthenticatedContent => {
      const framed = {
        groupId: fromHex(v.group_id),
        epoch: BigInt(v.epoch),
        sender: { kind: "member", leafIndex: 1 } as const,
        authenticatedData: Uint8Array.of(1, 2, 3),
        content,
      };
      const signature = signFramedContent(suite, {
        key: fromHex(v.signature_priv),
        wireFormat,
        content: framed,
        groupContext,
      });
      const tag =
        content.kind === "commit"
          ? confirmationTag(suite, membershipKey, publicKey)
          : undefined;
      return {
        wireFormat,
        content: framed,
        auth: { signature, confirmationTag: tag },
      };
    };

    it.each(kinds)("[ML-160] opens the private %s", (kind) => {
      const { content } = open(v[`${kind}_priv`]);
      expect(content.sender).toEqual({ kind: "member", leafIndex: 1 });
      const { content: inner } = content;
      expect(
        inner.kind === "application"
          ? inner.data
          : encode((w) => writeContent(w, inner)),
      ).toEqual(fromHex(v[kind]));
    });

    it.each(["proposal", "commit"] as const)(
      "[ML-160] checks the public %s",
      (kind) => {
        const { content } = check(v[`${kind}_pub`]);
        expect(content.content).toEqual(rawContent(kind));
      },
    );

    it.each(kinds)("[ML-160] seals a private %s that opens again", (kind) => {
      const authenticatedContent = sign(rawContent(kind), "private");
      const sealed = sealPrivate(suite, {
        authenticatedContent,
        secretTree: secretTree(),
        senderDataSecret,
        padding: 100,
        random: random.bytes,
      });
      if (!sealed.ok) throw new Error(sealed.error.kind);
      const { message } = sealed.value;
      expect(open(encodeMlsMessage({ kind: "private", message }))).toEqual(
        authenticatedContent,
      );
    });

    it.each(["proposal", "commit"] as const)(
      "[ML-160] protects a public %s that checks again",
      (kind) => {
        const authenticatedContent = sign(rawContent(kind), "public");
        const message = protectPublic(suite, {
          authenticatedContent,
          membershipKey,
          groupContext,
        });
        expect(check(encodeMlsMessage({ kind: "public", message }))).toEqual(
          authenticatedContent,
        );
      },
    );

    it("[ML-161] never protects application data as a public message", () => {
      const authenticatedContent = sign(rawContent("application"), "public");
      expect(() =>
        protectPublic(suite, {
          authenticatedContent,
          membershipKey,
          groupContext,
        }),
      ).toThrow("never sent in the clear");
    });
  },
);
