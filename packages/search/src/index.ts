// The entry of @halqa/search: finding words in what a device has (docs/spec/search.md).

export { SEGMENT_SPAN } from "./limits.ts";
export { findIn, isFoundIn, parseQuery, type Query } from "./query.ts";
export {
  candidatesIn,
  namesFor,
  namesOfSegment,
  planSegment,
  segmentOf,
  startOfSegment,
  type Doc,
} from "./segment.ts";
