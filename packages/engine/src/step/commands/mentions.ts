/** Members that a command names (docs/spec/views.md, VW-20). */
import { decodeBase64url } from "@halqa/bytes";
import { KEY_BYTES } from "@halqa/model";
import type { Mention } from "@halqa/model";
import type { MentionOf } from "../../views/item-command.ts";

/** Mentions as contents carry them; what names no member is left out. */
export function parseMentions(
  mentions: readonly MentionOf[] = [],
): readonly Mention[] {
  return mentions.flatMap(({ member, at, length }) => {
    const memberKey = parseKey(member);
    return memberKey instanceof Uint8Array ? [{ memberKey, at, length }] : [];
  });
}

/** A member's key; nothing for an empty text. */
export function parseKey(text: string): Uint8Array | undefined | "bad" {
  if (text === "") return undefined;
  const key = decodeBase64url(text);
  return key.ok && key.value.length === KEY_BYTES ? key.value : "bad";
}
