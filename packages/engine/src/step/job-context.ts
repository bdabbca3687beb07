/** What a job may look at, and how it goes on. */
import type { RecordRef } from "../ports/store.ts";
import type { StepEnv } from "./env.ts";
import type { Job, JobDone } from "./job.ts";
import type { EngineState } from "./state.ts";

export interface JobContext {
  readonly env: StepEnv;
  readonly state: EngineState;
}

export type JobStep =
  /** These records first; the job, which is further then, is run again with them. */
  | {
      readonly step: "read";
      readonly refs: readonly RecordRef[];
      readonly job: Job;
    }
  | JobDone;
