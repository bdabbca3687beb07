import { useEffect, useState } from "react";

/** The first circle has just come: whoever came for a talk has it first. */
const FIRST_PATIENCE_MS = 600_000;

/**
 * Whether the first circle has been here for a while (AP-71): since before this start, or for some minutes. To be asked from
 * the start on: what is loaded later finds the circle there, as if it had always been.
 */
export function useAfterFirst(circles: number): boolean {
  const [isTime, setTime] = useState(circles > 0);
  useEffect(() => {
    if (isTime || circles === 0) return undefined;
    const timer = setTimeout(() => setTime(true), FIRST_PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isTime, circles]);
  return isTime;
}
