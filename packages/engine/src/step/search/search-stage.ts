/** How far the jobs of the search have come. Apart from what runs them, because every job is listed in one type. */
import type { Item } from "@halqa/model";
import type { Doc } from "@halqa/search";
import type { Command } from "../../views/command.ts";

export interface IndexJob {
  readonly job: "index";
  readonly circle: string;
  readonly segment: number;
  /** Read so far. */
  readonly docs: readonly Doc[];
  /** Items of the segment that were asked for so far. */
  readonly asked: number;
}

export interface SearchJob {
  readonly job: "search";
  readonly id: number;
  readonly command: Extract<Command, { readonly command: "search" }>;
  readonly stage: SearchStage;
}

export type SearchStage =
  | { readonly at: "start" }
  | {
      /** Records of segments are being read, the newest first. */
      readonly at: "segments";
      readonly segments: readonly number[];
      readonly hits: readonly Item[];
    }
  | {
      /** Items are being read; `candidates` are asked after them, and then what lies before `before`. */
      readonly at: "items";
      readonly candidates: readonly number[];
      readonly before: number;
      readonly hits: readonly Item[];
    };
