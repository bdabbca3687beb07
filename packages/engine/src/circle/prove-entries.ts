/**
 * Which of the entries that came on another way stand in the log (docs/spec/relays-of-a-circle.md, MV-23): those whose chain leads to a head that
 * the ordering relay signed, or to the place that a move with enough words names. Whoever hands them over proves nothing.
 */
import { equalBytes } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import { entryIdOf, nextChainHead } from "@halqa/protocol";
import { markOf } from "./chain-window.ts";
import { memberMark } from "./circle-log.ts";
import type { CircleLog } from "./circle-log.ts";

export interface QueuedBody {
  readonly seq: number;
  readonly body: Uint8Array;
}

/** What a row of entries can lead to. */
export type ChainProof =
  | { readonly seq: number; readonly head: Uint8Array }
  | { readonly seq: number; readonly chain: Uint8Array };

/** Steps of the search: with one body for each place it needs as many as there are places. */
const MAX_STEPS = 4_096;

/** The longest row from where the log was read to that leads to a proof; empty where none does. */
export function proveEntries(
  log: CircleLog,
  bodies: ReadonlyMap<number, readonly Uint8Array[]>,
  proofs: readonly ChainProof[],
): readonly QueuedBody[] {
  const search = { log, bodies, proofs, steps: 0, best: [] as QueuedBody[] };
  follow(search, { seq: log.seq, head: log.relayHead }, []);
  return search.best;
}

interface Search {
  readonly log: CircleLog;
  readonly bodies: ReadonlyMap<number, readonly Uint8Array[]>;
  readonly proofs: readonly ChainProof[];
  steps: number;
  best: QueuedBody[];
}

interface Row {
  readonly at: { readonly seq: number; readonly head: Uint8Array };
  readonly row: readonly QueuedBody[];
}

/** In depth, the first candidate first; without recursion, which a long log would make too deep. */
function follow(search: Search, at: Row["at"], row: Row["row"]): void {
  const open: Row[] = [{ at, row }];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    search.steps++;
    if (search.steps > MAX_STEPS) return;
    if (one.row.length > search.best.length && isProven(search, one.at))
      search.best = [...one.row];
    const seq = one.at.seq + 1;
    for (const body of [...(search.bodies.get(seq) ?? [])].toReversed()) {
      const next = nextChainHead(sha256, one.at, entryIdOf(sha256, body));
      open.push({ at: next, row: [...one.row, { seq, body }] });
    }
  }
}

function isProven({ log, proofs }: Search, at: Row["at"]): boolean {
  return proofs.some((proof) => {
    if (proof.seq !== at.seq) return false;
    return "head" in proof
      ? equalBytes(proof.head, at.head)
      : equalBytes(
          proof.chain,
          memberMark(log.origin, at.seq, markOf(at.head)),
        );
  });
}
