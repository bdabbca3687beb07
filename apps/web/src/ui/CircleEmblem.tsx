import { emblemLetter, emblemSegments } from "./circle-emblem.ts";
import { Ring, type RingSize } from "./Ring.tsx";
import style from "./Ring.module.css";

interface CircleEmblemProps {
  readonly name: string;
  readonly members: number;
  readonly stewards: number;
  readonly size: RingSize;
}

/** The emblem of one circle: a segment for each member up to twelve, stewards lit, its letter inside. */
export function CircleEmblem({
  name,
  members,
  stewards,
  size,
}: CircleEmblemProps) {
  return (
    <Ring size={size} segments={emblemSegments(members, stewards)}>
      <span className={style.letter}>{emblemLetter(name)}</span>
    </Ring>
  );
}
