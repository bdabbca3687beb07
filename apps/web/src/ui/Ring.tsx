import type { ReactNode } from "react";
import { RING_BOX, segmentPath, type SegmentTone } from "./ring-geometry.ts";
import style from "./Ring.module.css";

export type RingSize = "large" | "small" | "row" | "bar";

interface RingProps {
  readonly segments: readonly SegmentTone[];
  readonly size: RingSize;
  /** Segments light up one after the other, for what is waited for. */
  readonly isWaiting?: boolean;
  /** What stands in the middle: a letter or a sign, never a centre dot. */
  readonly children?: ReactNode;
}

/** A ring of segments. Decoration: what it says has to stand in words beside it. */
export function Ring({
  segments,
  size,
  isWaiting = false,
  children,
}: RingProps) {
  return (
    <span
      className={`${style[size]} ${isWaiting ? style.waiting : ""}`}
      aria-hidden="true"
    >
      <svg viewBox={RING_BOX} className={style.ring}>
        {segments.map((tone, index) => (
          <path
            key={index}
            className={style[tone]}
            d={segmentPath(index, segments.length)}
          />
        ))}
      </svg>
      {children}
    </span>
  );
}

/** The emblem of Halqa: an empty ring of twelve with one segment lit. */
export function Emblem({ isWaiting = false }: { isWaiting?: boolean }) {
  return <Ring size="large" segments={EMBLEM} isWaiting={isWaiting} />;
}

const EMBLEM = Array.from({ length: 12 }, (_, index): SegmentTone =>
  index === 0 ? "accent" : "quiet",
);
