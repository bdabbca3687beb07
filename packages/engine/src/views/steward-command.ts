/** What a person says to the stewards alone (docs/spec/views.md, VW-30). */
import type { Answer } from "./view.ts";

export type StewardCommand =
  | {
      readonly command: "tell-stewards";
      readonly circle: string;
      readonly text: string;
    }
  /** Asks them to look at an item. */
  | {
      readonly command: "report";
      readonly circle: string;
      readonly target: string;
      readonly reason: "off-topic" | "harassment" | "spam" | "danger" | "other";
      /** May be empty. */
      readonly text: string;
    }
  /** An answer that only stewards see; they tell the others how many come. */
  | {
      readonly command: "rsvp-privately";
      readonly circle: string;
      readonly notice: string;
      readonly answer: Answer;
    }
  /** The place of a meeting; a steward releases it by changing the notice. */
  | {
      readonly command: "hold-back-place";
      readonly circle: string;
      readonly notice: string;
      readonly place: string;
    };
