/** How many items a watch of a timeline may ask for (docs/spec/views.md, VW-6). */
import { MAX_WINDOW } from "./limits.ts";

export function boundedLimit(limit: number): number {
  if (!Number.isFinite(limit)) return MAX_WINDOW;
  return Math.min(Math.max(1, Math.floor(limit)), MAX_WINDOW);
}
