/** How commands end: with a fault and nothing changed, or with the next durable state and a value (docs/spec/views.md). */
import type { Write } from "../../ports/store.ts";
import type {
  Command,
  CommandFault,
  CommandValue,
} from "../../views/command.ts";
import { withRecord } from "../entries.ts";
import type { CircleRecord, Durable } from "../durable.ts";
import type { RecordRef } from "../../ports/store.ts";
import type { After } from "../job-after.ts";
import type { JobContext } from "../job-context.ts";

export type CommandOf<Name extends Command["command"]> = Extract<
  Command,
  { readonly command: Name }
>;

export type CommandOutcome =
  | { readonly fault: CommandFault }
  /** Ask for these records first, and then again. */
  | { readonly needs: RecordRef | readonly RecordRef[] }
  | {
      readonly value: CommandValue;
      readonly durable: Durable;
      readonly writes?: readonly Write[];
      readonly after?: readonly After[];
    };

export function refuse(fault: CommandFault): CommandOutcome {
  return { fault };
}

/** The command changed one circle, or nothing. */
export function accept(
  context: JobContext,
  record: CircleRecord | undefined,
  value: CommandValue = { kind: "done" },
): CommandOutcome {
  const { durable } = context.state;
  return {
    value,
    durable: record === undefined ? durable : withRecord(context, record),
  };
}

export function recordOf(
  { state }: JobContext,
  circle: string,
): CircleRecord | undefined {
  return state.durable.circles.get(circle);
}
