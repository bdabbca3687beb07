/** Chat that is not in the log yet, laid over the list (docs/spec/views.md, VW-62): by others, without an ordinal, counting for nothing. */
import { encodeBase64url } from "@halqa/bytes";
import { decodeContent, overlayPending } from "@halqa/model";
import type { Item, PendingContent } from "@halqa/model";
import { looseId } from "../step/side/offers.ts";
import { sideOf } from "../step/side/side-state.ts";
import type { LooseEntry } from "../step/side/side-run.ts";
import type { EngineState } from "../step/state.ts";

/** The items with what others say behind them; each id once. */
export function looseOver(
  state: EngineState,
  circle: string,
  items: readonly Item[],
): readonly Item[] {
  const { loose } = sideOf(state, circle);
  let shown = items;
  const known = new Set(items.map(({ id }) => encodeBase64url(id)));
  for (const entry of loose.values()) {
    const pending = pendingOf(entry);
    if (pending === undefined) continue;
    const id = encodeBase64url(pending.id);
    if (known.has(id)) continue;
    known.add(id);
    shown = overlayPending(shown, [pending], entry.content.author);
  }
  return shown;
}

function pendingOf(entry: LooseEntry): PendingContent | undefined {
  const content = decodeContent(entry.content.bytes);
  if (!content.ok || content.value.kind !== "text") return undefined;
  const { minute } = entry.content;
  return { content: content.value, id: looseId(entry), minute };
}
