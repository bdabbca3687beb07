// The circle that stands for every circle: a ring of segments, drawn clockwise from the top.

export type SegmentTone = "quiet" | "accent" | "good" | "warn";

const CENTER = 24;
const RADIUS = 20;

/** The square in which a ring is drawn. */
export const RING_BOX = `0 0 ${2 * CENTER} ${2 * CENTER}`;

/** The arc of segment `index` of `count`, as an SVG path; its round ends stay apart from the next one's. */
export function segmentPath(index: number, count: number): string {
  const turn = 360 / count;
  // Round caps reach half a stroke further than the arc: the gap is wider than it looks.
  const gap = Math.min(13, turn / 2);
  const start = pointAt(index * turn + gap / 2);
  const end = pointAt((index + 1) * turn - gap / 2);
  const isLong = turn - gap > 180 ? 1 : 0;
  return `M${start}A${RADIUS} ${RADIUS} 0 ${isLong} 1 ${end}`;
}

function pointAt(degrees: number): string {
  const angle = (degrees * Math.PI) / 180;
  const x = CENTER + RADIUS * Math.sin(angle);
  const y = CENTER - RADIUS * Math.cos(angle);
  return `${x.toFixed(2)} ${y.toFixed(2)}`;
}
