/** Commits that fit no entry, on their maker's side (docs/spec/circle.md, CI-145): a manifest and parts, in the order in which they leave. */
import { assertInvariant, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { ed25519Sign } from "@halqa/crypto";
import type { Circle, CircleEnv } from "./circle.ts";
import { KEY_LENGTH } from "./field.ts";
import { encodeFragment, partsOf } from "./fragment-frame.ts";
import type { FragmentFrame } from "./fragment-frame.ts";
import { manifestText, sealFragmented } from "./fragments.ts";
import { FRAGMENT_LENGTH, MAX_FRAGMENTED_BYTES } from "./limits.ts";
import { sealMessage } from "./seal-content.ts";

export interface EntryToAppend {
  readonly body: Uint8Array;
  readonly entryId: Uint8Array;
}

export interface SealedFragments {
  /** The manifest, and all parts but the last, each to be appended when the log has shown the one before. */
  readonly before: readonly EntryToAppend[];
  /** The part at whose place the commit counts. */
  readonly last: EntryToAppend;
}

/** The entries of a message that is too large for one; `too-large` when it is so for the most that there can be. */
export function sealFragments(
  circle: Circle,
  env: CircleEnv,
  message: Uint8Array,
): Result<SealedFragments, { readonly kind: "too-large" }> {
  const key = env.random(KEY_LENGTH);
  const body = sealFragmented(circle, { key, message });
  if (body.length > MAX_FRAGMENTED_BYTES) return err({ kind: "too-large" });
  const count = partsOf(body.length);
  const parts = Array.from({ length: count }, (_, index) => {
    const start = index * FRAGMENT_LENGTH;
    const bytes = body.slice(start, start + FRAGMENT_LENGTH);
    return seal(
      circle,
      env,
      index === count - 1
        ? { frame: "last", key, bytes }
        : { frame: "part", bytes },
    );
  });
  const last = parts.at(-1);
  assertInvariant(last !== undefined, "a message has a part");
  const { leafIndex } = circle.mls.own;
  const open = circle.fragments.find((set) => set.leaf === leafIndex);
  const manifest = {
    leaf: leafIndex,
    // Never less than an earlier one of this epoch, which anybody can show again.
    number: Math.max((open?.number ?? 0) + 1, circle.log.seq),
    total: body.length,
    entryIds: parts.map(({ entryId }) => entryId),
  };
  const text = manifestText(circle, manifest);
  const signature = ed25519Sign(circle.mls.own.signatureSeed, text);
  const head = seal(circle, env, { frame: "manifest", manifest, signature });
  return ok({ before: [head, ...parts.slice(0, -1)], last });
}

function seal(
  circle: Circle,
  env: CircleEnv,
  frame: FragmentFrame,
): EntryToAppend {
  const entry = sealMessage(circle, env, encodeFragment(frame));
  assertInvariant(entry.ok, "a frame fits an entry");
  return entry.value;
}
