// What the official vectors do not reach: every variant round-trips, and each way of being nearly right is refused.
import { concatBytes, decode, encode, InvariantError } from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import { describe, expect, it } from "vitest";
import {
  sampleBytes,
  sampleCommit,
  sampleContents,
  sampleContext,
  sampleCredentials,
  sampleGroupInfo,
  sampleKeyPackage,
  sampleLeaves,
  sampleMessages,
  sampleProposals,
  samplePsks,
  sampleSenders,
} from "../testing/sample-structs.ts";
import {
  decodeCommit,
  encodeCommit,
  readCommit,
  writeCommit,
} from "./commit.ts";
import {
  decodeCredential,
  encodeCredential,
  readCredential,
  writeCredential,
} from "./credential.ts";
import {
  findExtension,
  hasDuplicateExtensions,
  readExtensions,
  writeExtensions,
} from "./extension.ts";
import {
  encodeAuthenticatedContent,
  readAuthenticatedContent,
  readContentType,
  readSender,
  writeAuthenticatedContent,
  writeSender,
} from "./framed-content.ts";
import type { AuthenticatedContent } from "./framed-content.ts";
import {
  decodeGroupContext,
  encodeGroupContext,
  readGroupContext,
  writeGroupContext,
} from "./group-context.ts";
import { groupInfoTbs, readGroupInfo, writeGroupInfo } from "./group-info.ts";
import {
  decodeKeyPackage,
  encodeKeyPackage,
  keyPackageTbs,
} from "./key-package.ts";
import {
  encodeLeafNode,
  leafNodeTbs,
  readLeafNode,
  writeLeafNode,
} from "./leaf-node.ts";
import { decodeMlsMessage, encodeMlsMessage } from "./mls-message.ts";
import { readPreSharedKeyId, writePreSharedKeyId } from "./pre-shared-key.ts";
import {
  decodeProposal,
  encodeProposal,
  readProposal,
  readProposalOrRef,
  writeProposal,
} from "./proposal.ts";
import {
  decodeRequiredCapabilities,
  encodeRequiredCapabilities,
} from "./required-capabilities.ts";
import {
  decodeRatchetTree,
  encodeRatchetTree,
  readParentNode,
} from "./tree-node.ts";
import type { TreeNode } from "./tree-node.ts";
import { readUpdatePath } from "./update-path.ts";
import { decodeGroupSecrets, encodeGroupSecrets } from "./welcome.ts";

/** Replaces one octet. */
function withOctet(bytes: Uint8Array, at: number, octet: number): Uint8Array {
  const changed = bytes.slice();
  changed[at] = octet;
  return changed;
}

function refusal(bytes: Uint8Array, read: (r: Reader) => unknown): string {
  const decoded = decode(bytes, read);
  return decoded.ok ? "accepted" : decoded.error.kind;
}

function expectRoundTrip<T>(
  values: readonly T[],
  read: (r: Reader) => T,
  write: (w: Writer, x: T) => void,
): void {
  for (const value of values) {
    const bytes = encode((w) => write(w, value));
    expect(decode(bytes, read)).toEqual({ ok: true, value });
  }
}

/** An encoded parent node with these unmerged leaves, all below 256. */
function parentBytes(...leaves: number[]): Uint8Array {
  return Uint8Array.from([
    0,
    0,
    leaves.length * 4,
    ...leaves.flatMap((leaf) => [0, 0, 0, leaf]),
  ]);
}

/** An encoded UpdatePath of that many empty nodes, at least 32. */
function pathBytes(nodes: number): Uint8Array {
  return concatBytes(
    encodeLeafNode(sampleLeaves[0]!),
    Uint8Array.of(0x40, nodes * 2),
    new Uint8Array(nodes * 2),
  );
}

/** An encoded list of that many empty extensions of different types. */
function extensionBytes(n: number): Uint8Array {
  const empty = new Uint8Array(0);
  const list = Array.from({ length: n }, (_, type) => ({ type, data: empty }));
  return encode((w) => writeExtensions(w, list));
}

function sampleOf(kind: string, sender: string): AuthenticatedContent {
  return sampleContents.find(
    ({ content }) =>
      content.content.kind === kind && content.sender.kind === sender,
  )!;
}

describe("round trips", () => {
  it("[ML-100] gives back every variant of every struct", () => {
    expectRoundTrip(sampleCredentials, readCredential, writeCredential);
    expectRoundTrip(sampleLeaves, readLeafNode, writeLeafNode);
    expectRoundTrip(samplePsks, readPreSharedKeyId, writePreSharedKeyId);
    expectRoundTrip(sampleProposals, readProposal, writeProposal);
    expectRoundTrip(sampleSenders, readSender, writeSender);
    expectRoundTrip([sampleCommit], readCommit, writeCommit);
    expectRoundTrip([sampleContext], readGroupContext, writeGroupContext);
    expectRoundTrip([sampleGroupInfo], readGroupInfo, writeGroupInfo);
    expectRoundTrip(
      sampleContents,
      readAuthenticatedContent,
      writeAuthenticatedContent,
    );
    for (const message of sampleMessages) {
      expect(decodeMlsMessage(encodeMlsMessage(message))).toEqual({
        ok: true,
        value: message,
      });
    }
  });

  it("[ML-100] gives back values that are decoded on their own", () => {
    const secrets = {
      joinerSecret: sampleBytes(32, 1),
      pathSecret: sampleBytes(32, 2),
      psks: samplePsks,
    };
    expect(decodeGroupSecrets(encodeGroupSecrets(secrets))).toEqual({
      ok: true,
      value: secrets,
    });
    const required = {
      extensionTypes: [1, 0xf000],
      proposalTypes: [],
      credentialTypes: [0xffff],
    };
    expect(
      decodeRequiredCapabilities(encodeRequiredCapabilities(required)),
    ).toEqual({ ok: true, value: required });
    for (const credential of sampleCredentials)
      expect(decodeCredential(encodeCredential(credential)).ok).toBe(true);
    expect(decodeKeyPackage(encodeKeyPackage(sampleKeyPackage)).ok).toBe(true);
    expect(decodeCommit(encodeCommit(sampleCommit)).ok).toBe(true);
    expect(decodeGroupContext(encodeGroupContext(sampleContext)).ok).toBe(true);
  });

  it("[ML-100] signs everything but the signature, and a group's leaf with its place", () => {
    const place = { groupId: sampleBytes(3, 1), leafIndex: 0x0102_0304 };
    const placeBytes = Uint8Array.of(3, 1, 2, 3, 1, 2, 3, 4);
    const signature = Uint8Array.of(0x40, 64);
    for (const leaf of sampleLeaves) {
      const encoded = encodeLeafNode(leaf);
      const unsigned = encoded.subarray(0, encoded.length - 66);
      expect(encoded.subarray(unsigned.length, unsigned.length + 2)).toEqual(
        signature,
      );
      const inGroup = leaf.source.kind !== "key-package";
      expect(leafNodeTbs(leaf, place)).toEqual(
        inGroup ? concatBytes(unsigned, placeBytes) : unsigned,
      );
    }
    const keyPackage = encodeKeyPackage(sampleKeyPackage);
    expect(keyPackageTbs(sampleKeyPackage)).toEqual(keyPackage.slice(0, -66));
    const info = encode((w) => writeGroupInfo(w, sampleGroupInfo));
    expect(groupInfoTbs(sampleGroupInfo)).toEqual(info.slice(0, -66));
  });
});

describe("presence octets", () => {
  const commit = encodeCommit({ proposals: [], path: undefined });
  const leaf: TreeNode = { kind: "leaf", leaf: sampleLeaves[0]! };
  const tree = encodeRatchetTree([leaf, undefined, leaf]);
  const secrets = encodeGroupSecrets({
    joinerSecret: Uint8Array.of(7),
    pathSecret: undefined,
    psks: [],
  });

  it("[ML-102] trap 8: refuses any octet but 0 and 1, and its absence", () => {
    expect(commit).toEqual(Uint8Array.of(0, 0));
    expect(secrets).toEqual(Uint8Array.of(1, 7, 0, 0));
    // A two-octet length, then the first node's presence.
    expect([...tree.subarray(0, 4)]).toEqual([tree[0], tree[1], 1, 1]);
    for (let octet = 2; octet < 256; octet++) {
      expect(decodeCommit(withOctet(commit, 1, octet)).ok).toBe(false);
      expect(decodeGroupSecrets(withOctet(secrets, 2, octet)).ok).toBe(false);
      expect(decodeRatchetTree(withOctet(tree, 2, octet)).ok).toBe(false);
    }
    expect(decodeCommit(commit.subarray(0, 1)).ok).toBe(false);
    expect(decodeCommit(withOctet(commit, 1, 1)).ok).toBe(false);
  });

  it("[ML-100] trap 8: refuses trailing bytes (N17)", () => {
    for (const message of sampleMessages) {
      const bytes = concatBytes(encodeMlsMessage(message), Uint8Array.of(0));
      expect(decodeMlsMessage(bytes)).toMatchObject({
        error: { kind: "trailing" },
      });
    }
  });
});

describe("versions and enumerations", () => {
  it("[ML-103] refuses every version but 1 of messages, KeyPackages and contexts", () => {
    const privately = encodeMlsMessage(
      sampleMessages.find(({ kind }) => kind === "private")!,
    );
    const keyPackage = encodeKeyPackage(sampleKeyPackage);
    const context = encodeGroupContext(sampleContext);
    for (const [at, octet] of [
      [0, 1],
      [1, 0],
      [1, 2],
      [1, 0xff],
    ] as const) {
      expect(decodeMlsMessage(withOctet(privately, at, octet)).ok).toBe(false);
      expect(decodeKeyPackage(withOctet(keyPackage, at, octet)).ok).toBe(false);
      expect(decodeGroupContext(withOctet(context, at, octet)).ok).toBe(false);
    }
    expect(() => encodeGroupContext({ ...sampleContext, version: 2 })).toThrow(
      InvariantError,
    );
  });

  it("[ML-103] leaves the version in a ReInit to whoever would follow it", () => {
    const reinit = sampleProposals.find(({ kind }) => kind === "reinit")!;
    expect(decodeProposal(encodeProposal(reinit))).toEqual({
      ok: true,
      value: reinit,
    });
  });

  it("[ML-104] N20: answers `invalid` to every unknown value of an enumeration, and does not throw", () => {
    const rest = new Uint8Array(64);
    const u8 = (octet: number) => concatBytes(Uint8Array.of(octet), rest);
    for (const octet of [0, 5, 6, 255])
      expect(refusal(u8(octet), readSender)).toBe("invalid");
    for (const octet of [0, 4, 255])
      expect(refusal(u8(octet), readContentType)).toBe("invalid");
    for (const octet of [0, 3, 255]) {
      expect(refusal(u8(octet), readProposalOrRef)).toBe("invalid");
      expect(refusal(u8(octet), readPreSharedKeyId)).toBe("invalid");
    }
    const usage = encode((w) => writePreSharedKeyId(w, samplePsks[1]!));
    for (const octet of [0, 4, 255])
      expect(refusal(withOctet(usage, 1, octet), readPreSharedKeyId)).toBe(
        "invalid",
      );
    const wireFormat = encodeAuthenticatedContent(sampleContents[0]!);
    for (const octet of [0, 3, 4, 5, 255])
      expect(
        refusal(withOctet(wireFormat, 1, octet), readAuthenticatedContent),
      ).toBe("invalid");
    const message = encodeMlsMessage(sampleMessages[0]!);
    for (const octet of [0, 6, 255])
      expect(decodeMlsMessage(withOctet(message, 3, octet))).toMatchObject({
        error: { kind: "invalid" },
      });
    expect(decodeMlsMessage(withOctet(message, 2, 0xf0))).toMatchObject({
      error: { kind: "invalid" },
    });
  });

  it("[ML-104] N20: refuses unknown sources of leaves and kinds of nodes", () => {
    const leaf: TreeNode = { kind: "leaf", leaf: sampleLeaves[4]! };
    expect(leaf.leaf.source.kind).toBe("update");
    const encoded = encodeLeafNode(leaf.leaf);
    // The source follows the capabilities, which end with the vector of four credential types.
    const at = encoded.findIndex(
      (octet, i) =>
        octet === 8 && encoded[i + 7] === 0xff && encoded[i + 8] === 0xff,
    );
    expect(encoded[at + 9]).toBe(2);
    for (const octet of [0, 4, 255])
      expect(refusal(withOctet(encoded, at + 9, octet), readLeafNode)).toBe(
        "invalid",
      );
    const tree = encodeRatchetTree([leaf]);
    for (const octet of [0, 3, 255])
      expect(decodeRatchetTree(withOctet(tree, 3, octet)).ok).toBe(false);
    const parent: TreeNode = {
      kind: "parent",
      parent: {
        encryptionKey: sampleBytes(32, 0x70),
        parentHash: new Uint8Array(0),
        unmergedLeaves: [],
      },
    };
    const wider = encodeRatchetTree([leaf, parent, leaf]);
    // Before the key stands its length, and before that the kind.
    const kind = wider.indexOf(0x70) - 2;
    expect(wider[kind]).toBe(2);
    for (const octet of [0, 1, 3, 255])
      expect(decodeRatchetTree(withOctet(wider, kind, octet)).ok).toBe(false);
  });

  it("[ML-105] carries credentials and proposals of private use, and refuses other unknown types", () => {
    const opaque = Uint8Array.of(2, 9, 9);
    for (const type of [0xf000, 0xf123, 0xffff]) {
      const bytes = concatBytes(Uint8Array.of(type >> 8, type & 0xff), opaque);
      const data = Uint8Array.of(9, 9);
      expect(decode(bytes, readCredential)).toEqual({
        ok: true,
        value: { type, data },
      });
      expect(decode(bytes, readProposal)).toEqual({
        ok: true,
        value: { kind: "custom", type, data },
      });
    }
    for (const type of [0, 3, 0x0a0a, 0xeaea, 0xefff]) {
      const bytes = concatBytes(Uint8Array.of(type >> 8, type & 0xff), opaque);
      expect(refusal(bytes, readCredential)).toBe("invalid");
    }
    for (const type of [0, 8, 0x0a0a, 0xeaea, 0xefff]) {
      const bytes = concatBytes(Uint8Array.of(type >> 8, type & 0xff), opaque);
      expect(refusal(bytes, readProposal)).toBe("invalid");
    }
    expect(() =>
      encodeCredential({ type: 3, data: new Uint8Array(0) }),
    ).toThrow(InvariantError);
    expect(() =>
      encodeProposal({ kind: "custom", type: 8, data: new Uint8Array(0) }),
    ).toThrow(InvariantError);
  });
});

describe("numbers and lists", () => {
  it("[ML-106] N18: reads leaf indexes from 2^31 on as what they are", () => {
    for (const leafIndex of [0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
      const sender = encode((w) =>
        writeSender(w, { kind: "member", leafIndex }),
      );
      expect(decode(sender, readSender)).toEqual({
        ok: true,
        value: { kind: "member", leafIndex },
      });
      const remove = encodeProposal({ kind: "remove", removed: leafIndex });
      expect(decodeProposal(remove)).toEqual({
        ok: true,
        value: { kind: "remove", removed: leafIndex },
      });
    }
  });

  it("[ML-107] N19: finds duplicate extensions and leaves their data alone", () => {
    const one = { type: 0xf001, data: Uint8Array.of(1) };
    const other = { type: 0xf001, data: Uint8Array.of(2) };
    const bytes = encode((w) => writeExtensions(w, [one, other]));
    const decoded = decode(bytes, readExtensions);
    expect(decoded).toEqual({ ok: true, value: [one, other] });
    expect(hasDuplicateExtensions([one, other])).toBe(true);
    expect(hasDuplicateExtensions([one, { ...other, type: 2 }])).toBe(false);
    expect(hasDuplicateExtensions([])).toBe(false);
    expect(findExtension([one, other], 0xf001)).toBe(one.data);
    expect(findExtension([one], 1)).toBeUndefined();
  });

  it("[ML-107] N19: is not led deeper by extensions within extensions", () => {
    let data = new Uint8Array(0);
    for (let depth = 0; depth < 5_000; depth++) {
      const inner = data;
      data = new Uint8Array(
        encode((w) => writeExtensions(w, [{ type: 0xf001, data: inner }])),
      );
    }
    const context = { ...sampleContext, extensions: [{ type: 2, data }] };
    expect(decodeGroupContext(encodeGroupContext(context))).toEqual({
      ok: true,
      value: context,
    });
  });

  it("[ML-107] refuses more than 256 extensions in a list", () => {
    expect(refusal(extensionBytes(256), readExtensions)).toBe("accepted");
    expect(refusal(extensionBytes(257), readExtensions)).toBe("too-long");
  });

  it("[ML-108] refuses unmerged leaves that are not strictly increasing", () => {
    expect(refusal(parentBytes(1, 2, 3), readParentNode)).toBe("accepted");
    expect(refusal(parentBytes(), readParentNode)).toBe("accepted");
    expect(refusal(parentBytes(1, 1), readParentNode)).toBe("non-canonical");
    expect(refusal(parentBytes(2, 1), readParentNode)).toBe("non-canonical");
  });

  it("[ML-109] refuses trees that are empty, end with a blank or a parent, or have a node in the wrong place", () => {
    const leaf: TreeNode = { kind: "leaf", leaf: sampleLeaves[0]! };
    const parent: TreeNode = {
      kind: "parent",
      parent: {
        encryptionKey: sampleBytes(32, 1),
        parentHash: new Uint8Array(0),
        unmergedLeaves: [1],
      },
    };
    for (const nodes of [
      [leaf],
      [leaf, parent, leaf],
      [leaf, undefined, undefined, undefined, leaf],
      [undefined, undefined, leaf],
    ]) {
      const bytes = encodeRatchetTree(nodes);
      expect(decodeRatchetTree(bytes)).toEqual({ ok: true, value: nodes });
    }
    const leafBytes = encodeRatchetTree([leaf]).subarray(2);
    const middleBytes = encodeRatchetTree([leaf, parent, leaf]).subarray(
      2 + leafBytes.length,
      -leafBytes.length,
    );
    const blank = Uint8Array.of(0);
    for (const nodes of [
      [],
      [blank],
      [leafBytes, blank],
      [leafBytes, blank, blank],
      [leafBytes, middleBytes],
      [middleBytes],
      [leafBytes, leafBytes, leafBytes],
      [middleBytes, middleBytes, leafBytes],
    ]) {
      const body = concatBytes(...nodes);
      const header =
        body.length < 64
          ? Uint8Array.of(body.length)
          : Uint8Array.of(0x40 | (body.length >> 8), body.length & 0xff);
      expect(decodeRatchetTree(concatBytes(header, body)).ok).toBe(false);
    }
    expect(() => encodeRatchetTree([leaf, undefined])).toThrow(InvariantError);
  });

  it("[ML-109] refuses more than 65,536 leaves", () => {
    const body = new Uint8Array(131_072);
    const header = Uint8Array.of(0x80, 0x02, 0x00, 0x00);
    expect(decodeRatchetTree(concatBytes(header, body))).toMatchObject({
      error: { kind: "too-long" },
    });
  });

  it("[ML-110] refuses a path of more than 32 nodes", () => {
    expect(refusal(pathBytes(32), readUpdatePath)).toBe("accepted");
    expect(refusal(pathBytes(33), readUpdatePath)).toBe("too-long");
  });
});

describe("tags", () => {
  it("[ML-111] never writes a commit without a confirmation tag, nor anything else with one", () => {
    const tag = sampleBytes(32, 1);
    const commit = sampleOf("commit", "member");
    const data = sampleOf("application", "member");
    const { signature } = commit.auth;
    expect(() =>
      encodeAuthenticatedContent({
        ...commit,
        auth: { signature, confirmationTag: undefined },
      }),
    ).toThrow(InvariantError);
    expect(() =>
      encodeAuthenticatedContent({
        ...data,
        auth: { signature, confirmationTag: tag },
      }),
    ).toThrow(InvariantError);
  });

  it("[ML-111] never writes a member's public message without a membership tag, nor another's with one", () => {
    const member = sampleOf("proposal", "member");
    const outsider = sampleOf("proposal", "external");
    for (const [x, membershipTag] of [
      [member, undefined],
      [outsider, sampleBytes(32, 1)],
    ] as const) {
      const { content, auth } = x;
      expect(() =>
        encodeMlsMessage({
          kind: "public",
          message: { content, auth, membershipTag },
        }),
      ).toThrow(InvariantError);
    }
  });
});
