/** The command of whoever comes for a moment and leaves (docs/spec/engine.md, EN-128). */
import { hurriedChores } from "../chores.ts";
import { keepWatch } from "../presence/keep-watch.ts";
import { tend } from "../tend.ts";
import { accept, recordOf, refuse } from "./answer.ts";
import type { CommandOf, CommandOutcome } from "./answer.ts";
import type { JobContext } from "../job-context.ts";

/** What is due becomes acts, proposals and signs in this very job, so that whoever waits for them sees them wait. */
export function keepUp(
  context: JobContext,
  { circle }: CommandOf<"keep-up">,
): CommandOutcome {
  const record = recordOf(context, circle);
  if (record === undefined) return refuse("unknown-circle");
  if (record.desk.place !== "in") return accept(context, undefined);
  const watched = keepWatch(context, record);
  const chores = hurriedChores(context, watched);
  const state = { ...context.state, chores };
  const next = tend({ env: context.env, state }, watched);
  return accept(context, next === record ? undefined : next);
}
