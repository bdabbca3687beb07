// What is sealed to stewards, in the list (docs/spec/content.md, CT-90 to CT-94): everybody sees that it is there, stewards what it says.

import type { Content, InsideContent, SealedContent } from "./content.ts";
import { encodeContent } from "./content-codec.ts";
import { add, type Act, type Folded } from "./folded.ts";
import { postOf } from "./post-of.ts";

/** `inside` is what this device could open; a content that may not stand inside says nothing. */
export function foldSealed(
  act: Act,
  content: SealedContent,
  inside: Content | undefined,
): Folded {
  const { lifetime, extensions } = content;
  const known = inside !== undefined && isInside(inside) ? inside : undefined;
  const post = postOf(act, {
    kind: "text",
    text: known === undefined ? "" : wordsOf(known),
    ...(lifetime === undefined ? {} : { lifetime }),
    ...(extensions === undefined ? {} : { extensions }),
  });
  if (post.item !== "message") return add(post);
  const sealed = known === undefined ? {} : { inside: encodeContent(known) };
  return add({ ...post, sealed });
}

/** Whether a content may stand inside one that is sealed. */
export function isInside(content: Content): content is InsideContent {
  if (content.kind === "text") return content.attachments === undefined;
  return INSIDE.includes(content.kind);
}

const INSIDE: readonly Content["kind"][] = ["rsvp", "report", "place"];

function wordsOf(inside: InsideContent): string {
  switch (inside.kind) {
    case "text":
    case "report":
      return inside.text;
    case "place":
      return inside.place;
    case "rsvp":
      return "";
  }
}
