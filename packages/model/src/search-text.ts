// What of an item can be looked for (docs/spec/content.md, CT-58).

import { isHidden, isPost, type Item, type PostItem } from "./item.ts";

export interface SearchText {
  readonly text: string;
  /** It will disappear, so its words are written nowhere else. */
  readonly fleeting: boolean;
}

/** The words of an item that stands in the list for everybody to read; nothing of what is hidden, gone or no post. */
export function searchTextOf(item: Item): SearchText | undefined {
  if (!isPost(item) || isHidden(item)) return undefined;
  const text = wordsIn(item)
    .filter((one) => one !== "")
    .join("\n");
  const fleeting = item.item === "message" && item.expires !== undefined;
  return text === "" ? undefined : { text, fleeting };
}

function wordsIn(post: PostItem): readonly string[] {
  switch (post.item) {
    case "message":
      return [post.text, ...(post.attachments ?? []).map(({ name }) => name)];
    case "notice":
      return [post.title, post.place, post.agenda];
    case "poll":
      return [post.question, ...post.options];
    case "task":
      return [post.title];
    case "minutes":
      return [post.text];
  }
}
