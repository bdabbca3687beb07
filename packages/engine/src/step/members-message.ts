/** What members' devices write into each other's inboxes (docs/spec/repair.md, RP-3, RP-8): requests for repair, Welcomes for them, and what is said when a circle is built anew. */
import type { CircleRecord } from "./durable.ts";
import { takeRepairWelcome } from "./finish-repair.ts";
import type { JobContext } from "./job-context.ts";
import { takeAnswer, takeCall } from "./rebuild.ts";
import { takeRepairRequest } from "./repair-requests.ts";
import { tend } from "./tend.ts";

/** The record after such a message; what does not open changes nothing. */
export function takeMembers(
  context: JobContext,
  record: CircleRecord,
  body: Uint8Array,
): CircleRecord {
  const welcomed = takeRepairWelcome(record, body);
  if (welcomed !== record) return welcomed;
  const called = takeCall(context, record, body);
  if (called !== record || record.desk.place !== "in") return called;
  const answered = takeAnswer(context.env, record, body);
  return tend(
    context,
    answered === record
      ? takeRepairRequest(context.env, record, body)
      : answered,
  );
}
