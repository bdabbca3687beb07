/**
 * Commits in several entries, on the reader's side (docs/spec/circle.md, CI-140 to CI-149). All who read the log, the author
 * included, come to the same sets from the same entries: manifests and parts are authentic by the leaf's signature over their
 * hashes, and nothing here depends on what a device received before the epoch began.
 */
import { concatBytes, equalBytes } from "@halqa/bytes";
import { ed25519Verify, xchacha20Poly1305 } from "@halqa/crypto";
import type { Circle, CircleEnv } from "./circle.ts";
import { labeledBytes } from "./derive-key.ts";
import { encodeManifest, lengthOfPart } from "./fragment-frame.ts";
import type { FragmentFrame, Manifest } from "./fragment-frame.ts";
import { noFragments } from "./fragment-set.ts";
import type { FragmentSet } from "./fragment-set.ts";
import { currentKey } from "./group-env.ts";
import { hasKey } from "./key-set.ts";
import { factsOf } from "./leaf-facts.ts";
import { MAX_MEMBER_SETS, MAX_STEWARD_SETS } from "./limits.ts";

/** What a frame did: sets that changed, or a message that counts here. */
export type Taken =
  | { readonly took: "nothing" }
  | { readonly took: "part"; readonly fragments: readonly FragmentSet[] }
  | {
      readonly took: "whole";
      readonly fragments: readonly FragmentSet[];
      /** As it would stand in one entry; undefined when the body does not open. */
      readonly message: Uint8Array | undefined;
    };

const nothing: Taken = { took: "nothing" };
const NONCE: Uint8Array = new Uint8Array(xchacha20Poly1305.nonceLength);

/** Takes a frame that stood in the entry with this id, under the current epoch's key. */
export function takeFragment(
  circle: Circle,
  env: CircleEnv,
  o: { readonly frame: FragmentFrame; readonly entryId: Uint8Array },
): Taken {
  const { frame, entryId } = o;
  if (frame.frame === "manifest") return takeManifest(circle, env, frame);
  return frame.frame === "part"
    ? takePart(circle, { entryId, bytes: frame.bytes })
    : takeLast(circle, { ...frame, entryId });
}

/** CI-141: by a leaf of the epoch; it replaces the leaf's set when it is a newer one. */
function takeManifest(
  circle: Circle,
  env: CircleEnv,
  o: Extract<FragmentFrame, { frame: "manifest" }>,
): Taken {
  const { manifest, signature } = o;
  const { leaf, number } = manifest;
  const node = env.mls.leafAt(circle.mls.tree, leaf);
  if (node === undefined) return nothing;
  const open = circle.fragments.find((set) => set.leaf === leaf);
  if (open !== undefined && number <= open.number) return nothing;
  const text = manifestText(circle, manifest);
  if (!ed25519Verify(node.signatureKey, text, signature)) return nothing;
  const parts = manifest.entryIds.slice(1).map(() => undefined);
  const fragments = withRoom(circle, env, leaf);
  return { took: "part", fragments: [...fragments, { ...manifest, parts }] };
}

/**
 * CI-142: the sets beside which one more of this leaf may stand. Sets of stewards give way to those of stewards alone, so
 * that no other member can keep a removal from landing.
 */
function withRoom(
  circle: Circle,
  env: CircleEnv,
  leaf: number,
): readonly FragmentSet[] {
  const others = circle.fragments.filter((set) => set.leaf !== leaf);
  const rank = isStewards(circle, env, leaf);
  const peers = others.filter(
    (set) => isStewards(circle, env, set.leaf) === rank,
  );
  const max = rank ? MAX_STEWARD_SETS : MAX_MEMBER_SETS;
  const tooMany = peers.slice(0, Math.max(0, peers.length + 1 - max));
  return others.filter((set) => !tooMany.includes(set));
}

function isStewards(
  { info, mls }: Circle,
  env: CircleEnv,
  leaf: number,
): boolean {
  const node = env.mls.leafAt(mls.tree, leaf);
  const facts = node && factsOf(node);
  return (
    facts !== undefined && hasKey(info.stewards, facts.credential.memberKey)
  );
}

/** CI-143: at its place in its set, with the length of its place, once. */
function takePart(
  { fragments }: Circle,
  o: { readonly entryId: Uint8Array; readonly bytes: Uint8Array },
): Taken {
  let isTaken = false;
  const next = fragments.map((set) => {
    const index = placeIn(set, o.entryId);
    const isMissing =
      index >= 0 &&
      index < set.parts.length &&
      set.parts[index] === undefined &&
      o.bytes.length === lengthOfPart(set.total, index);
    if (!isMissing) return set;
    isTaken = true;
    return { ...set, parts: set.parts.with(index, o.bytes) };
  });
  return isTaken ? { took: "part", fragments: next } : nothing;
}

/** CI-144: a last part counts when all others have come, and where it stands. */
function takeLast(
  circle: Circle,
  o: {
    readonly entryId: Uint8Array;
    readonly key: Uint8Array;
    readonly bytes: Uint8Array;
  },
): Taken {
  const { fragments } = circle;
  const whole = fragments.find((set) => {
    const last = set.entryIds.length - 1;
    return (
      placeIn(set, o.entryId) === last &&
      o.bytes.length === lengthOfPart(set.total, last) &&
      set.parts.every((part) => part !== undefined)
    );
  });
  if (whole === undefined) return nothing;
  const parts = whole.parts.flatMap((part) => part ?? []);
  const left = fragments.filter((set) => set !== whole);
  const opened = xchacha20Poly1305.open({
    key: o.key,
    nonce: NONCE,
    aad: bodyContext(circle),
    ciphertext: concatBytes(...parts, o.bytes),
  });
  return {
    took: "whole",
    fragments: left.length === 0 ? noFragments : left,
    message: opened.ok ? opened.value : undefined,
  };
}

function placeIn({ entryIds }: FragmentSet, entryId: Uint8Array): number {
  return entryIds.findIndex((one) => equalBytes(one, entryId));
}

/** Seals a message for one use under one key. */
export function sealFragmented(
  circle: Circle,
  o: { readonly key: Uint8Array; readonly message: Uint8Array },
): Uint8Array {
  const { key, message } = o;
  const aad = bodyContext(circle);
  return xchacha20Poly1305.seal({ key, nonce: NONCE, aad, plaintext: message });
}

/** What the maker of a manifest signs: for this circle, log and epoch alone. */
export function manifestText(circle: Circle, manifest: Manifest): Uint8Array {
  const { tag } = currentKey(circle);
  return labeledBytes(
    "fragmentManifest",
    circle.info.circleId,
    circle.log.logId,
    tag,
    encodeManifest(manifest),
  );
}

function bodyContext(circle: Circle): Uint8Array {
  const { tag } = currentKey(circle);
  const { circleId } = circle.info;
  return labeledBytes("fragmentBody", circleId, circle.log.logId, tag);
}
