/** Posts whose author wants counts to be shown and no names (docs/spec/content.md, CT-95). */
import { HIDE_NAMES } from "@halqa/model";
import type { ListContent } from "@halqa/model";

/** CT-95: the wish that interfaces show counts and no names. */
export function withNames<T extends ListContent>(
  content: T,
  { hideNames }: { readonly hideNames?: boolean },
): T {
  return hideNames === true
    ? { ...content, extensions: [HIDE_NAMES] }
    : content;
}
