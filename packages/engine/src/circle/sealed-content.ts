/**
 * What only stewards can read (docs/spec/content.md, CT-90 to CT-92): a content under a key of its own, and that key in a box for each
 * device of a steward and of the author. Every member has the bytes and sees that they are there.
 */
import { concatBytes, encodeUtf8, equalBytes } from "@halqa/bytes";
import {
  labels,
  openBox,
  padMessage,
  PADDING_OVERHEAD,
  sealBox,
  sha256,
  unpadMessage,
  xchacha20Poly1305,
} from "@halqa/crypto";
import {
  decodeContent,
  encodeContent,
  isInside,
  SEALED_PADDED_BYTES,
} from "@halqa/model";
import type { Content } from "@halqa/model";
import type { Circle, CircleEnv } from "./circle.ts";
import { KEY_LENGTH } from "./field.ts";
import { hasKey } from "./key-set.ts";
import { rosterOf } from "./roster.ts";

type Sealed = Extract<Content, { readonly kind: "sealed" }>;

/** Each key seals once. */
const NONCE = new Uint8Array(24);

/** The content for the stewards of now; undefined where it is longer than what fits. */
export function sealForStewards(
  circle: Circle,
  env: CircleEnv,
  o: { readonly inside: Content; readonly lifetime: number | undefined },
): Sealed | undefined {
  const bytes = encodeContent(o.inside);
  const length = SEALED_PADDED_BYTES.find(
    (one) => bytes.length + PADDING_OVERHEAD <= one,
  );
  if (length === undefined) return undefined;
  const key = env.random(KEY_LENGTH);
  const aad = bodyContext(circle, circle.memberKey);
  const plaintext = padMessage(bytes, length);
  const body = xchacha20Poly1305.seal({ key, nonce: NONCE, aad, plaintext });
  const { stewards } = circle.info;
  const boxes = rosterOf(env.mls, circle.mls.tree).flatMap(
    ({ credential: { memberKey }, info: { sealingKey: to } }) => {
      const isFor =
        hasKey(stewards, memberKey) || equalBytes(memberKey, circle.memberKey);
      if (!isFor) return [];
      const box = sealBox({
        label: "contentBox",
        publicKey: to,
        aad: boxContext(circle, circle.memberKey, body),
        plaintext: key,
        random: env.random,
      });
      return box.ok ? [{ to, box: box.value }] : [];
    },
  );
  const { lifetime } = o;
  return {
    kind: "sealed",
    boxes,
    body,
    ...(lifetime === undefined || lifetime === 0 ? {} : { lifetime }),
  };
}

/** What is inside, where a box is for this device; undefined for everybody else and for what is no content. Any bytes may come. */
export function openForStewards(
  circle: Circle,
  o: { readonly author: Uint8Array; readonly content: Sealed },
): Content | undefined {
  const { author, content } = o;
  const { boxes, body } = content;
  const aad = boxContext(circle, author, body);
  for (const { to, box } of boxes) {
    const keyPair = circle.sealingKeys.find(({ publicKey }) =>
      equalBytes(publicKey, to),
    );
    if (keyPair === undefined) continue;
    const key = openBox({ label: "contentBox", keyPair, aad, box });
    if (!key.ok || key.value.length !== KEY_LENGTH) continue;
    return openBody(circle, { author, body, key: key.value });
  }
  return undefined;
}

function openBody(
  circle: Circle,
  o: {
    readonly author: Uint8Array;
    readonly body: Uint8Array;
    readonly key: Uint8Array;
  },
): Content | undefined {
  const { author, body: ciphertext, key } = o;
  const aad = bodyContext(circle, author);
  const opened = xchacha20Poly1305.open({ key, nonce: NONCE, aad, ciphertext });
  const bytes = opened.ok ? unpadMessage(opened.value) : undefined;
  const content = bytes?.ok === true ? decodeContent(bytes.value) : undefined;
  if (content?.ok !== true || !isInside(content.value)) return undefined;
  return content.value;
}

/** CT-91: sealed again for the stewards of now, for what waited while they changed; anything else stays as it is. */
export function sealAgain(
  circle: Circle,
  env: CircleEnv,
  bytes: Uint8Array,
): Uint8Array {
  const content = decodeContent(bytes);
  if (!content.ok || content.value.kind !== "sealed") return bytes;
  const { memberKey: author } = circle;
  const inside = openForStewards(circle, { author, content: content.value });
  const { lifetime } = content.value;
  const again = inside && sealForStewards(circle, env, { inside, lifetime });
  return again === undefined ? bytes : encodeContent(again);
}

/** Another member cannot pass the bytes off as its own, nor another circle as one of its contents. */
function bodyContext({ info }: Circle, author: Uint8Array): Uint8Array {
  return concatBytes(encodeUtf8(labels.sealedContent), info.circleId, author);
}

/** A box belongs to one body. */
function boxContext(
  { info }: Circle,
  author: Uint8Array,
  body: Uint8Array,
): Uint8Array {
  return concatBytes(info.circleId, author, sha256(body));
}
