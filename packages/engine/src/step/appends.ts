/**
 * What was sealed goes to the log (docs/spec/engine.md, EN-40 to EN-46): the same bytes until the log shows them, so that
 * no crash and no lost answer can double them.
 */
import { equalBytes } from "@halqa/bytes";
import type { Circle } from "../circle/circle.ts";
import { isFrozen } from "./alarms.ts";
import type { CircleRecord } from "./durable.ts";
import { EXPECTED_HEAD_TRIES } from "./limits.ts";
import { hasRoom, request } from "./link.ts";
import { entryKey, isCaughtUp, setLogRun } from "./log-run.ts";
import type { AppendRun, LogRun } from "./state.ts";
import { proposalToSend } from "./proposals.ts";
import { withEntry } from "./turn.ts";
import type { Turn } from "./turn.ts";

/** Entries that may be remembered beyond those of the outbox: looking through them each time would cost more. */
const PRUNE_ABOVE = 64;

/** Sends what is sealed for this log and not under way on this connection. */
export function pumpAppends(turn: Turn, record: CircleRecord): void {
  const { circle, id } = record;
  if (circle === undefined || isFrozen(record)) return;
  prune(turn, record);
  for (const { sealed } of record.outbox) {
    if (sealed === undefined || !equalBytes(sealed.logId, circle.log.logId))
      continue;
    // EN-42: what came in meanwhile may be this very entry.
    append(turn, id, { circle, ...sealed, isCommit: false });
  }
  const proposal = proposalToSend(record);
  if (proposal !== undefined)
    append(turn, id, { circle, ...proposal, isCommit: false });
  const { planned } = record;
  if (planned === undefined || !isOfThisEpoch(planned, circle)) return;
  const [next] = planned.before;
  const { entryId } = planned.pending;
  // CI-145: the pieces of a commit in their order, each when the log has shown the one before.
  if (next === undefined)
    append(turn, id, { circle, body: planned.body, entryId, isCommit: true });
  else append(turn, id, { circle, ...next, isCommit: false });
}

/** What the log has shown since is no longer under way. */
function prune(turn: Turn, record: CircleRecord): void {
  const { id, outbox, planned } = record;
  const run = turn.state.logs.get(id);
  if (run === undefined || run.appends.size <= outbox.length + PRUNE_ABOVE)
    return;
  const wanted = new Set(
    outbox.flatMap(({ sealed }) => (sealed ? [entryKey(sealed.entryId)] : [])),
  );
  const proposal = proposalToSend(record);
  if (proposal !== undefined) wanted.add(entryKey(proposal.entryId));
  if (planned !== undefined) {
    for (const { entryId } of [planned.pending, ...planned.before])
      wanted.add(entryKey(entryId));
  }
  const appends = new Map(
    [...run.appends].filter(([entry]) => wanted.has(entry)),
  );
  setLogRun(turn, id, { ...run, appends });
}

function isOfThisEpoch(
  { epoch, logId }: { readonly epoch: bigint; readonly logId: Uint8Array },
  { mls, log }: Circle,
): boolean {
  return epoch === mls.context.epoch && equalBytes(logId, log.logId);
}

interface ToAppend {
  readonly circle: Circle;
  readonly entryId: Uint8Array;
  readonly body: Uint8Array;
  readonly isCommit: boolean;
}

function append(turn: Turn, id: string, o: ToAppend): void {
  const run = turn.state.logs.get(id);
  if (!isCaughtUp(run, o.circle)) return;
  const entry = entryKey(o.entryId);
  const before = run.appends.get(entry) ?? { state: "moved", tries: 0 };
  const link = turn.state.links.get(run.link);
  if (before.state !== "moved" || !hasRoom(link, o.body.length)) return;
  mark(turn, id, { run, entry, append: { ...before, state: "asked" } });
  const { logId } = run;
  request(
    turn,
    { link: run.link, owner: { for: "append", circle: id, logId, entry } },
    {
      type: "append",
      logId,
      expectedHead: o.isCommit ? expectedHead(o.circle, before) : undefined,
      body: o.body,
    },
  );
}

/**
 * EN-45, rule A9: a commit asks first to be the next entry, so that a lost race costs nothing; after two refusals it is
 * appended as it comes, or a busy circle would never let it in.
 */
function expectedHead(
  { log }: Circle,
  { tries }: AppendRun,
): number | undefined {
  return tries < EXPECTED_HEAD_TRIES ? log.seq : undefined;
}

function mark(
  turn: Turn,
  id: string,
  o: {
    readonly run: LogRun;
    readonly entry: string;
    readonly append: AppendRun;
  },
): void {
  const appends = withEntry(o.run.appends, o.entry, o.append);
  setLogRun(turn, id, { ...o.run, appends });
}

/** What a full or busy relay refused is tried again. */
export function retryAppends(turn: Turn, id: string): void {
  const run = turn.state.logs.get(id);
  if (run === undefined) return;
  const appends = new Map(
    [...run.appends].filter(([, { state }]) => state !== "refused"),
  );
  setLogRun(turn, id, { ...run, appends });
}
