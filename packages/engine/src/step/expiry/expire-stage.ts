/** How far the job that lets go of what is over has come (docs/spec/expiry.md). */

export interface ExpireJob {
  readonly job: "expire";
  readonly circle: string;
  readonly stage: ExpireStage;
}

export type ExpireStage =
  | { readonly at: "start" }
  | { readonly at: "hours"; readonly hours: readonly number[] }
  | {
      readonly at: "items";
      /** What goes in each of the hours, as far as it is looked at now and as far as it is not. */
      readonly noted: readonly NotedHour[];
    };

export interface NotedHour {
  readonly hour: number;
  readonly now: readonly number[];
  readonly later: readonly number[];
}
