/** One value of each struct with every optional part and variant in it, for tests that the official vectors do not reach. */
import type { Commit } from "../structs/commit.ts";
import type { Credential } from "../structs/credential.ts";
import type {
  AuthenticatedContent,
  FramedContent,
  Sender,
} from "../structs/framed-content.ts";
import type { GroupContext } from "../structs/group-context.ts";
import type { GroupInfo } from "../structs/group-info.ts";
import type { KeyPackage } from "../structs/key-package.ts";
import type { LeafNode, LeafNodeSource } from "../structs/leaf-node.ts";
import type { MlsMessage } from "../structs/mls-message.ts";
import type { PreSharedKeyId } from "../structs/pre-shared-key.ts";
import type { Proposal } from "../structs/proposal.ts";

/** Bytes that differ from field to field, so that swapped fields show. */
export function sampleBytes(length: number, start: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => start + i);
}

export const sampleCredentials: readonly Credential[] = [
  { type: 1, identity: sampleBytes(9, 1) },
  { type: 2, certificates: [sampleBytes(70, 2), new Uint8Array(0)] },
  { type: 0xf000, data: sampleBytes(3, 3) },
  { type: 0xffff, data: new Uint8Array(0) },
];

const extensions = [
  { type: 0x0001, data: sampleBytes(5, 4) },
  { type: 0xf001, data: new Uint8Array(0) },
];

const sources: readonly LeafNodeSource[] = [
  {
    kind: "key-package",
    lifetime: { notBefore: 1n, notAfter: 0xffff_ffff_ffff_ffffn },
  },
  { kind: "update" },
  { kind: "commit", parentHash: sampleBytes(32, 5) },
];

/** Every source with every kind of credential. */
export const sampleLeaves: readonly LeafNode[] = sources.flatMap((source) =>
  sampleCredentials.map((credential) => ({
    encryptionKey: sampleBytes(32, 6),
    signatureKey: sampleBytes(32, 7),
    credential,
    capabilities: {
      versions: [1],
      cipherSuites: [3, 0x0a0a],
      extensions: [0xf001],
      proposals: [],
      credentials: [1, 2, 0xf000, 0xffff],
    },
    source,
    extensions,
    signature: sampleBytes(64, 8),
  })),
);

const sampleLeaf = sampleLeaves[0]!;

export const sampleKeyPackage: KeyPackage = {
  version: 1,
  cipherSuite: 3,
  initKey: sampleBytes(32, 9),
  leafNode: sampleLeaf,
  extensions,
  signature: sampleBytes(64, 10),
};

export const samplePsks: readonly PreSharedKeyId[] = [
  { kind: "external", pskId: sampleBytes(4, 11), nonce: sampleBytes(32, 12) },
  ...(["application", "reinit", "branch"] as const).map(
    (usage): PreSharedKeyId => ({
      kind: "resumption",
      usage,
      pskGroupId: sampleBytes(4, 13),
      pskEpoch: 0x0102_0304_0506_0708n,
      nonce: sampleBytes(32, 14),
    }),
  ),
];

export const sampleProposals: readonly Proposal[] = [
  { kind: "add", keyPackage: sampleKeyPackage },
  { kind: "update", leafNode: sampleLeaf },
  { kind: "remove", removed: 0xffff_ffff },
  ...samplePsks.map((psk): Proposal => ({ kind: "psk", psk })),
  {
    kind: "reinit",
    groupId: sampleBytes(4, 15),
    version: 2,
    cipherSuite: 0xf0c2,
    extensions,
  },
  { kind: "external-init", kemOutput: sampleBytes(32, 16) },
  { kind: "group-context-extensions", extensions },
  { kind: "custom", type: 0xf000, data: sampleBytes(3, 17) },
  { kind: "custom", type: 0xffff, data: new Uint8Array(0) },
];

export const sampleCommit: Commit = {
  proposals: [
    ...sampleProposals.map((proposal) => ({
      kind: "proposal" as const,
      proposal,
    })),
    { kind: "reference", reference: sampleBytes(32, 18) },
  ],
  path: {
    leafNode: sampleLeaf,
    nodes: [
      { encryptionKey: sampleBytes(32, 19), encryptedPathSecret: [] },
      {
        encryptionKey: sampleBytes(32, 20),
        encryptedPathSecret: [
          { kemOutput: sampleBytes(32, 21), ciphertext: sampleBytes(48, 22) },
          { kemOutput: new Uint8Array(0), ciphertext: new Uint8Array(0) },
        ],
      },
    ],
  },
};

export const sampleSenders: readonly Sender[] = [
  { kind: "member", leafIndex: 0 },
  { kind: "member", leafIndex: 0xffff_ffff },
  { kind: "external", senderIndex: 0x8000_0000 },
  { kind: "new-member-proposal" },
  { kind: "new-member-commit" },
];

const contents: readonly FramedContent["content"][] = [
  { kind: "application", data: sampleBytes(100, 23) },
  { kind: "proposal", proposal: sampleProposals[2]! },
  { kind: "commit", commit: sampleCommit },
  { kind: "commit", commit: { proposals: [], path: undefined } },
];

/** Every sender with every kind of content, in both wire formats. */
export const sampleContents: readonly AuthenticatedContent[] =
  sampleSenders.flatMap((sender) =>
    contents.flatMap((content) =>
      (["public", "private"] as const).map((wireFormat) => ({
        wireFormat,
        content: {
          groupId: sampleBytes(16, 24),
          epoch: 0x8000_0000_0000_0001n,
          sender,
          authenticatedData: sampleBytes(7, 25),
          content,
        },
        auth: {
          signature: sampleBytes(64, 26),
          confirmationTag:
            content.kind === "commit" ? sampleBytes(32, 27) : undefined,
        },
      })),
    ),
  );

export const sampleContext: GroupContext = {
  version: 1,
  cipherSuite: 3,
  groupId: sampleBytes(16, 28),
  epoch: 5n,
  treeHash: sampleBytes(32, 29),
  confirmedTranscriptHash: sampleBytes(32, 30),
  extensions,
};

export const sampleGroupInfo: GroupInfo = {
  groupContext: sampleContext,
  extensions,
  confirmationTag: sampleBytes(32, 31),
  signer: 0x8000_0000,
  signature: sampleBytes(64, 32),
};

/** Every wire format, and every form of public message. */
export const sampleMessages: readonly MlsMessage[] = [
  ...sampleContents
    .filter(({ wireFormat }) => wireFormat === "public")
    .map(({ content, auth }): MlsMessage => ({
      kind: "public",
      message: {
        content,
        auth,
        membershipTag:
          content.sender.kind === "member" ? sampleBytes(32, 33) : undefined,
      },
    })),
  ...(["application", "proposal", "commit"] as const).map(
    (contentType): MlsMessage => ({
      kind: "private",
      message: {
        groupId: sampleBytes(16, 34),
        epoch: 6n,
        contentType,
        authenticatedData: new Uint8Array(0),
        encryptedSenderData: sampleBytes(28, 35),
        ciphertext: sampleBytes(200, 36),
      },
    }),
  ),
  {
    kind: "welcome",
    welcome: {
      cipherSuite: 3,
      secrets: [
        {
          newMember: sampleBytes(32, 37),
          secrets: {
            kemOutput: sampleBytes(32, 38),
            ciphertext: sampleBytes(80, 39),
          },
        },
      ],
      encryptedGroupInfo: sampleBytes(300, 40),
    },
  },
  { kind: "group-info", groupInfo: sampleGroupInfo },
  { kind: "key-package", keyPackage: sampleKeyPackage },
];
