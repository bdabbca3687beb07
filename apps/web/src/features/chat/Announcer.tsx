import type { TimelineItem } from "@halqa/engine";
import { useState } from "react";
import { Spoken } from "../../ui/Spoken.tsx";
import { isPost, textOf, type Post } from "./posts.ts";
import { isSaidByOthers } from "./timeline-rows.ts";

const MOST_LINES = 5;

/**
 * Speaks what arrives while the circle is open, and nothing else: the visible list is no live region, so that history and
 * redrawn rows stay silent (docs/spec/app.md, AP-20).
 */
export function Announcer({
  items,
}: {
  readonly items: readonly TimelineItem[] | undefined;
}) {
  const newest = items?.findLast((item) => item.ordinal !== undefined);
  const [heardTo, setHeardTo] = useState<number>();
  const [lines, setLines] = useState<readonly Line[]>([]);
  const ordinal = items === undefined ? undefined : (newest?.ordinal ?? -1);
  if (ordinal !== undefined && ordinal !== heardTo) {
    setHeardTo(ordinal);
    if (heardTo !== undefined) {
      const fresh = (items ?? []).flatMap((item) =>
        (item.ordinal ?? -1) > heardTo && isSaidByOthers(item)
          ? lineOf(item)
          : [],
      );
      setLines([...lines, ...fresh].slice(-MOST_LINES));
    }
  }
  return (
    <Spoken>
      <span role="log" aria-live="polite" aria-relevant="additions">
        {/* What was taken back or hidden since is nowhere to be read any more. */}
        {lines
          .filter(({ id }) =>
            items?.some((item) => item.id === id && isSaid(item)),
          )
          .map((line) => (
            <span key={line.id}>{line.text} </span>
          ))}
      </span>
    </Spoken>
  );
}

interface Line {
  readonly id: string;
  readonly text: string;
}

function isSaid(item: TimelineItem): item is Post {
  return isPost(item) && item.hidden === undefined;
}

function lineOf(item: TimelineItem): readonly Line[] {
  if (!isSaid(item)) return [];
  return [{ id: item.id, text: `${item.author.name}: ${textOf(item)}` }];
}
