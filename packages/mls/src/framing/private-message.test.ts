import {
  createSeededRandom,
  deepFreeze,
  expectUnchanged,
  mutateBytes,
} from "@halqa/testkit";
import {
  concatBytes,
  encode,
  InvariantError,
  writeBytes,
  writeVector,
} from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import type { RandomBytes } from "@halqa/crypto";
import { permitNonceReuse } from "@halqa/crypto/nonce-watch";
import { beforeAll, describe, expect, it } from "vitest";
import {
  createSecretTree,
  LAST_GENERATION,
  nextMessageKey,
} from "../schedule/secret-tree.ts";
import type { SecretTree } from "../schedule/secret-tree.ts";
import { encodeGroupContext } from "../structs/group-context.ts";
import type {
  AuthenticatedContent,
  Content,
} from "../structs/framed-content.ts";
import { decodeMlsMessage, encodeMlsMessage } from "../structs/mls-message.ts";
import { writePrivateContentAad } from "../structs/private-message.ts";
import type { PrivateMessage } from "../structs/private-message.ts";
import { suite3 } from "../suite.ts";
import { sampleCommit, sampleContext } from "../testing/sample-structs.ts";
import { signFramedContent } from "./content-signature.ts";
import { openPrivate, sealPrivate } from "./private-message.ts";
import type {
  FramingError,
  OpenedPrivate,
  SealedPrivate,
} from "./private-message.ts";
import { sealSenderData } from "./sender-data.ts";

beforeAll(() => ready);

const LEAF = 5;
const seed = new Uint8Array(32).fill(1);
const senderDataSecret = new Uint8Array(32).fill(2);
const encryptionSecret = new Uint8Array(32).fill(3);
const groupContext = encodeGroupContext(sampleContext);
const { groupId, epoch } = sampleContext;
const random = createSeededRandom("private messages");
const text: Content = { kind: "application", data: Uint8Array.of(1, 2, 3) };

function createTree(): SecretTree {
  return deepFreeze(createSecretTree(suite3, encryptionSecret, 8));
}

function sign(content: Content): AuthenticatedContent {
  const framed = {
    groupId,
    epoch,
    sender: { kind: "member", leafIndex: LEAF } as const,
    authenticatedData: Uint8Array.of(9),
    content,
  };
  const signature = signFramedContent(suite3, {
    key: seed,
    wireFormat: "private",
    content: framed,
    groupContext,
  });
  const confirmationTag =
    content.kind === "commit" ? new Uint8Array(32) : undefined;
  return {
    wireFormat: "private",
    content: framed,
    auth: { signature, confirmationTag },
  };
}

function seal(
  content: Content,
  o: { tree?: SecretTree; padding?: number; random?: RandomBytes } = {},
): SealedPrivate {
  const sealed = sealPrivate(suite3, {
    authenticatedContent: sign(content),
    secretTree: o.tree ?? createTree(),
    senderDataSecret,
    padding: o.padding ?? 0,
    random: o.random ?? random.bytes,
  });
  if (!sealed.ok) throw new Error(sealed.error.kind);
  return sealed.value;
}

function tryOpen(
  message: PrivateMessage,
  tree: SecretTree = createTree(),
  isMember: (leafIndex: number) => boolean = (leafIndex) => leafIndex < 7,
): OpenedPrivate | FramingError {
  const opened = openPrivate(suite3, {
    message,
    secretTree: tree,
    senderDataSecret,
    limits: { maxForward: 10, maxSkipped: 5 },
    isMember,
  });
  return opened.ok ? opened.value : opened.error;
}

/** A message around any plaintext and sender data, as a malicious member could seal it. */
function forge(o: {
  readonly plaintext: Uint8Array;
  readonly leafIndex?: number;
  readonly generation?: number;
  readonly contentType?: PrivateMessage["contentType"];
}): PrivateMessage {
  permitNonceReuse("a malicious member seals many things with one key");
  const contentType = o.contentType ?? "application";
  const clear = {
    groupId,
    epoch,
    contentType,
    authenticatedData: Uint8Array.of(9),
  };
  const { key, nonce } = nextMessageKey(suite3, createTree(), {
    leaf: LEAF,
    type: contentType === "application" ? "application" : "handshake",
  })!;
  const ciphertext = suite3.aead.seal({
    key,
    nonce,
    aad: encode((w) => writePrivateContentAad(w, clear)),
    plaintext: o.plaintext,
  });
  const encryptedSenderData = sealSenderData(suite3, {
    senderDataSecret,
    senderData: {
      leafIndex: o.leafIndex ?? LEAF,
      generation: o.generation ?? 0,
      reuseGuard: new Uint8Array(4),
    },
    context: { ...clear, ciphertext },
  });
  return { ...clear, encryptedSenderData, ciphertext };
}

const signature = new Uint8Array(64).fill(0xaa);
const plaintext = encode((w) => {
  writeVector(w, Uint8Array.of(1, 2, 3));
  writeVector(w, signature);
});

const isAnyone = (): boolean => true;
const fixed: RandomBytes = (length) => new Uint8Array(length).fill(0x77);

function padded(padding: Uint8Array): OpenedPrivate | FramingError {
  return tryOpen(forge({ plaintext: concatBytes(plaintext, padding) }));
}

function flip(bytes: Uint8Array, at: number): Uint8Array {
  const flipped = bytes.slice();
  flipped[at]! ^= 1;
  return flipped;
}

describe("opening", () => {
  it("[ML-164] carries content, authenticated data and generation through, with any padding", () => {
    let sender = createTree();
    let receiver = createTree();
    for (const [generation, padding] of [0, 1, 255, 4000].entries()) {
      const sealed = expectUnchanged(sender, () =>
        seal(text, { tree: sender, padding }),
      );
      expect(sealed.generation).toBe(generation);
      const before = receiver;
      const opened = expectUnchanged(before, () =>
        tryOpen(sealed.message, before),
      );
      expect(opened).toMatchObject({
        authenticatedContent: sign(text),
        generation,
      });
      sender = deepFreeze(sealed.secretTree);
      if ("secretTree" in opened) receiver = deepFreeze(opened.secretTree);
    }
  });

  it("[ML-164] refuses padding with any octet that is not zero, wherever it stands", () => {
    expect(padded(new Uint8Array(0))).toHaveProperty("authenticatedContent");
    expect(padded(new Uint8Array(300))).toHaveProperty("authenticatedContent");
    for (const at of [0, 1, 150, 299]) {
      for (const octet of [1, 0x80, 0xff]) {
        const padding = new Uint8Array(300);
        padding[at] = octet;
        expect(padded(padding)).toEqual({ kind: "malformed" });
      }
    }
  });

  it("[ML-165] answers `malformed`, without a tree, to a member who sealed no message", () => {
    for (const [plain, contentType] of [
      [new Uint8Array(0), "application"],
      [new Uint8Array(100).fill(0xff), "application"],
      [plaintext.subarray(0, 40), "application"],
      [Uint8Array.of(0, 8, 0), "proposal"],
      [Uint8Array.of(0, 2), "commit"],
      [plaintext, "commit"],
    ] as const) {
      expect(tryOpen(forge({ plaintext: plain, contentType }))).toEqual({
        kind: "malformed",
      });
    }
  });

  it("[ML-165] gives no tree unless the content opened, so nothing is consumed by what did not", () => {
    const { message } = seal(text);
    // Past the sample, so that the sender data still opens.
    const ciphertext = flip(message.ciphertext, 40);
    expect(tryOpen({ ...message, ciphertext })).toEqual({ kind: "not-opened" });
    const encryptedSenderData = flip(message.encryptedSenderData, 0);
    expect(tryOpen({ ...message, encryptedSenderData })).toEqual({
      kind: "not-opened",
    });
    expect(tryOpen(message)).toHaveProperty("secretTree");
  });

  it("[ML-143] opens each message once, in any order", () => {
    let sender = createTree();
    const messages: PrivateMessage[] = [];
    for (let i = 0; i < 5; i++) {
      const sealed = seal(text, { tree: sender });
      messages.push(sealed.message);
      sender = sealed.secretTree;
    }
    let receiver = createTree();
    for (const generation of [3, 0, 4, 1, 2]) {
      const opened = tryOpen(messages[generation]!, receiver);
      expect(opened).toMatchObject({ generation });
      if ("secretTree" in opened) receiver = opened.secretTree;
      expect(tryOpen(messages[generation]!, receiver)).toEqual({
        kind: "consumed",
        leafIndex: LEAF,
        generation,
      });
    }
  });

  it("[ML-144] names sender and generation of what is too far ahead", () => {
    for (const generation of [11, 0x8000_0000, 0xffff_ffff]) {
      expect(tryOpen(forge({ plaintext, generation }))).toEqual({
        kind: "too-far",
        leafIndex: LEAF,
        generation,
      });
    }
    expect(tryOpen(forge({ plaintext, generation: 10 }))).toEqual({
      kind: "not-opened",
    });
  });

  it("[ML-106] N18: answers `unknown-sender` to leaf indexes outside the tree, from 2^31 on too", () => {
    for (const leafIndex of [8, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
      const message = forge({ plaintext, leafIndex });
      expect(tryOpen(message, createTree(), isAnyone)).toEqual({
        kind: "unknown-sender",
        leafIndex,
      });
    }
  });

  it("[ML-167] derives no key for a blank leaf", () => {
    const message = forge({ plaintext, leafIndex: 7 });
    expect(tryOpen(message)).toEqual({ kind: "unknown-sender", leafIndex: 7 });
  });

  it("[ML-168] does not open under another group, epoch, type or authenticated data", () => {
    const { message } = seal(text);
    const changes: readonly Partial<PrivateMessage>[] = [
      { groupId: groupId.slice(1) },
      { epoch: epoch + 1n },
      { contentType: "proposal" },
      { contentType: "commit" },
      { authenticatedData: Uint8Array.of(8) },
      { authenticatedData: new Uint8Array(0) },
    ];
    for (const change of changes)
      expect(tryOpen({ ...message, ...change })).toEqual({
        kind: "not-opened",
      });
  });

  it("[ML-168] opens no damaged copy of a message", () => {
    const content: Content = { kind: "commit", commit: sampleCommit };
    for (const { message } of [seal(text), seal(content)]) {
      const bytes = encodeMlsMessage({ kind: "private", message });
      for (let i = 0; i < 1_000; i++) {
        const decoded = decodeMlsMessage(mutateBytes(bytes, random));
        if (!decoded.ok || decoded.value.kind !== "private") continue;
        expect(tryOpen(decoded.value.message)).not.toHaveProperty("secretTree");
      }
    }
  });

  it("[ML-168] takes ciphertexts and sender data of every short length", () => {
    const { message } = seal(text);
    for (let length = 0; length < 40; length++) {
      const ciphertext = message.ciphertext.subarray(0, length);
      const encryptedSenderData = message.encryptedSenderData.subarray(
        0,
        length,
      );
      expect(tryOpen({ ...message, ciphertext })).toEqual({
        kind: "not-opened",
      });
      if (length < message.encryptedSenderData.length)
        expect(tryOpen({ ...message, encryptedSenderData })).toEqual({
          kind: "not-opened",
        });
    }
  });
});

describe("sealing", () => {
  it("[ML-166] draws a fresh reuse guard, so that a stale tree does not repeat a nonce", () => {
    const tree = createTree();
    const drawn: number[] = [];
    const counted: RandomBytes = (length) => {
      drawn.push(length);
      return random.bytes(length);
    };
    const one = seal(text, { tree, random: counted });
    const other = seal(text, { tree, random: counted });
    expect(drawn).toEqual([4, 4]);
    expect(one.generation).toBe(other.generation);
    expect(one.message.ciphertext).not.toEqual(other.message.ciphertext);
    for (const { message } of [one, other])
      expect(tryOpen(message)).toHaveProperty("authenticatedContent");
  });

  it("[ML-166] depends on its arguments and the random bytes only", () => {
    permitNonceReuse("the same call twice, to compare its bytes");
    expect(seal(text, { random: fixed })).toEqual(
      seal(text, { random: fixed }),
    );
  });

  it("[ML-141] trap 10: never seals two messages of one generation when the returned tree is used", () => {
    let tree = createTree();
    const generations: number[] = [];
    for (let i = 0; i < 20; i++) {
      const sealed = seal(text, { tree });
      generations.push(sealed.generation);
      tree = sealed.secretTree;
    }
    expect(generations).toEqual([...generations.keys()]);
  });

  it("[ML-146] seals nothing with an exhausted ratchet", () => {
    const opened = nextMessageKey(suite3, createTree(), {
      leaf: LEAF,
      type: "application",
    })!;
    const exhausted = replaceRatchets(opened.tree);
    expect(
      sealPrivate(suite3, {
        authenticatedContent: sign(text),
        secretTree: exhausted,
        senderDataSecret,
        padding: 0,
        random: random.bytes,
      }),
    ).toEqual({ ok: false, error: { kind: "exhausted" } });
  });

  it("[ML-163] never seals what was signed for another wire format or another kind of sender", () => {
    const signed = sign(text);
    const rest = {
      secretTree: createTree(),
      senderDataSecret,
      padding: 0,
      random: random.bytes,
    };
    const publicly: AuthenticatedContent = { ...signed, wireFormat: "public" };
    const outside: AuthenticatedContent = {
      ...signed,
      content: { ...signed.content, sender: { kind: "new-member-commit" } },
    };
    for (const authenticatedContent of [publicly, outside])
      expect(() =>
        sealPrivate(suite3, { authenticatedContent, ...rest }),
      ).toThrow(InvariantError);
  });

  it("[ML-168] hides the sender: messages of one member share no sender data", () => {
    const one = seal(text, { random: fixed });
    const other = seal(text, { random: fixed, tree: one.secretTree });
    expect(one.message.encryptedSenderData).not.toEqual(
      other.message.encryptedSenderData,
    );
    expect(one.message.encryptedSenderData).toHaveLength(12 + 16);
    expect(encode((w) => writeBytes(w, one.message.ciphertext))).toHaveLength(
      // Content with its length, signature with its length, tag.
      4 + 66 + 16,
    );
  });
});

/** The tree with every opened ratchet spent. */
function replaceRatchets(tree: SecretTree): SecretTree {
  const spent = {
    generation: LAST_GENERATION + 1,
    secret: undefined,
    skipped: new Map<number, never>(),
  };
  const replace = (node: SecretTree["root"]): SecretTree["root"] => {
    if (node.kind === "secret") return node;
    if (node.kind === "leaf")
      return {
        kind: "leaf",
        ratchets: { handshake: spent, application: spent },
      };
    return {
      kind: "opened",
      left: replace(node.left),
      right: replace(node.right),
    };
  };
  return { ...tree, root: replace(tree.root) };
}
