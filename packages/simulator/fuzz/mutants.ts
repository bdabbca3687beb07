/**
 * Faults that the suites and worlds must notice (docs/spec/simulator.md, SI-13): each is the smallest edit that brings one
 * mistake into engine or model. `npm run mutants:engine` makes them one at a time in a copy and expects a test to fail.
 */

import { circleMutants } from "./circle-mutants.ts";
import { faultIn } from "./mutant.ts";
import type { Mutant } from "./mutant.ts";

const mutant = faultIn("engine/src");
const modelMutant = faultIn("model/src");

export const mutants: readonly Mutant[] = [
  // The machine and its store.
  mutant(
    "adopt-before-durable",
    "What is not stored is told and sent: a crash doubles it or reuses a key.",
    [
      "step/lane.ts",
      `  updateLane(turn, { running: { phase: "committing", tag, job, done } });
  emit(turn, { type: "commit", tag, writes: done.writes });`,
      `  updateLane(turn, { running: undefined });
  emit(turn, { type: "commit", tag, writes: done.writes });
  adopt(turn, done);`,
    ],
  ),
  mutant("failed-store-adopts", "A refused write is taken for a durable one.", [
    "step/lane.ts",
    "  undo(turn, running.job);",
    "  adopt(turn, running.done);",
  ]),
  mutant("failed-entries-not-read-again", "A full disk loses entries.", [
    "step/lane.ts",
    "if (circle !== undefined) readAgain(turn, job.circle, circle.log.seq);",
    "if (circle === undefined) readAgain(turn, job.circle, 0);",
  ]),
  mutant("failed-note-forgotten", "What a relay confirmed is lost.", [
    "step/lane.ts",
    "updateLane(turn, { notes: [job.note, ...turn.state.lane.notes] });",
    "updateLane(turn, { notes: turn.state.lane.notes });",
  ]),
  mutant("unbounded-commands", "An interface can fill the memory.", [
    "step/lane.ts",
    "if (commands.length >= MAX_COMMANDS) {",
    "if (commands.length >= MAX_COMMANDS * 100) {",
  ]),
  mutant("forgotten-window-stays", "What was erased is shown again.", [
    "step/lane.ts",
    "  forgetWindows(turn);\n",
    "",
  ]),
  // The link.
  mutant("any-relay-key", "Whoever answers for the relay gets proofs.", [
    "step/link.ts",
    "equalBytes(relayPub, link.relayPub) &&",
    "equalBytes(relayPub, relayPub) &&",
  ]),
  mutant(
    "welcome-not-verified",
    "A welcome without the relay's signature is taken.",
    [
      "step/link.ts",
      "  if (!isPinned) {",
      "  if (!isPinned && link.isRefused) {",
    ],
  ),
  mutant("no-patience", "A connection that died silently is never given up.", [
    "step/link.ts",
    "if (now - oldest >= ANSWER_MS) {",
    "if (now - oldest >= ANSWER_MS * 1e6) {",
  ]),
  mutant(
    "no-wait-between-tries",
    "A relay that is down is tried without end.",
    [
      "step/link.ts",
      "const wait = Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS);",
      "const wait = 0 * failures * LAST_RETRY_MS * FIRST_RETRY_MS;",
    ],
  ),
  // The log.
  mutant(
    "seals-before-caught-up",
    "Messages are sealed in an epoch that is over.",
    [
      "step/log-run.ts",
      `    run.queue.length === 0 &&
    run.nextSeq === circle.log.seq + 1 &&`,
      "",
    ],
  ),
  mutant("gap-taken", "An entry is read though one before it is missing.", [
    "step/log-run.ts",
    "    seq === run.nextSeq &&\n",
    "    seq >= run.nextSeq &&\n",
  ]),
  mutant("unbounded-entries", "A relay can fill the memory.", [
    "step/log-run.ts",
    "    run.queue.length < MAX_QUEUED_ENTRIES &&\n",
    "",
  ]),
  mutant("head-not-verified", "Anybody's head raises an alarm.", [
    "step/log-run.ts",
    "if (!ed25519Verify(link.relayPub, signed, signature)) return false;",
    "if (!ed25519Verify(link.relayPub, signed, signature) && seq < 0) return false;",
  ]),
  mutant(
    "stuck-page-asked-at-once",
    "A page that leaves something out is asked for without end.",
    [
      "step/log-run.ts",
      "  if (isStuck) {\n",
      '  if (isStuck && ask === "") {\n',
    ],
  ),
  mutant(
    "heads-not-compared",
    "A relay that contradicts itself is not found out.",
    [
      "circle/circle-log.ts",
      `  if (mark === undefined || equalBytes(mark, markOf(head.head)))
    return undefined;`,
      `  if (mark === undefined || head.seq >= 0)
    return undefined;`,
    ],
  ),
  mutant("rollback-not-told", "A relay that forgot entries is not found out.", [
    "circle/circle-log.ts",
    "if (head.isEnd && head.seq < log.seq)",
    "if (head.isEnd && head.seq < 0)",
  ]),
  mutant(
    "witness-not-compared",
    "Members who see different logs never learn of it.",
    [
      "circle/circle-log.ts",
      "  if (mark === undefined) return undefined;\n  return equalBytes(mark, seen.relayMark) &&",
      "  if (mark === undefined || seen.seq > 0) return undefined;\n  return equalBytes(mark, seen.relayMark) &&",
    ],
  ),
  mutant(
    "closed-log-goes-on",
    "The members' chain of the next log does not follow from the one before.",
    [
      "circle/circle-log.ts",
      'origin: hashLabeled("chainMove", origin, seq, relayHead, logId),',
      'origin: hashLabeled("chainMove", origin, seq, logId, logId),',
    ],
  ),
  // The outbox.
  mutant(
    "never-sealed-anew",
    "What was sealed for a closed log is never read.",
    [
      "step/outbox.ts",
      "if (!equalBytes(sealed.logId, circle.log.logId)) return true;",
      "if (!equalBytes(sealed.logId, circle.log.logId)) return false;",
    ],
  ),
  mutant(
    "old-epoch-kept",
    "A message of an ended epoch is sent until nobody can read it.",
    [
      "step/outbox.ts",
      "return isOld && !run.appends.has(entryKey(sealed.entryId));",
      "return isOld && run.appends.size > 1e6;",
    ],
  ),
  mutant(
    "earlier-seal-forgotten",
    "An own message that arrives late is taken for somebody's copy.",
    [
      "step/outbox.ts",
      ": [...item.earlier, item.sealed.entryId];",
      ": item.earlier;",
    ],
  ),
  mutant("sealed-without-end", "One message is sealed again and again.", [
    "step/outbox.ts",
    "if (earlier.length >= MAX_SEALS)",
    "if (earlier.length >= MAX_SEALS * 1e6)",
  ]),
  mutant(
    "joiner-talks-at-once",
    "Words reach a circle that nobody confirmed.",
    [
      "step/outbox.ts",
      "if (circle.awaits === undefined || !circle.awaits.isSilent) return true;",
      "if (circle.awaits === undefined || circle.awaits.isSilent) return true;",
    ],
  ),
  mutant("no-limit-under-way", "All that waits is sealed at once.", [
    "step/outbox.ts",
    "if (underWay >= MAX_SEALED) return undefined;",
    "if (underWay >= MAX_SEALED * 1e6) return undefined;",
  ]),
  mutant(
    "frozen-sends",
    "Words go into a log that the relay shows differently to others.",
    [
      "step/appends.ts",
      "if (circle === undefined || isFrozen(record)) return;",
      "if (circle === undefined) return;",
    ],
  ),
  mutant("expected-head-for-ever", "A busy circle never lets a commit in.", [
    "step/appends.ts",
    "return tries < EXPECTED_HEAD_TRIES ? log.seq : undefined;",
    "return tries < EXPECTED_HEAD_TRIES * 1e6 ? log.seq : undefined;",
  ]),
  mutant("lost-commit-stays", "After one lost race a steward can do nothing.", [
    "step/after-commit.ts",
    "...unplan(next)",
    "...next",
  ]),
  mutant(
    "full-log-keeps-commit",
    "After a full log a steward can do nothing.",
    [
      "step/open-entries.ts",
      "      batch.record = unplan(batch.record);\n",
      "",
    ],
  ),
  // The list.
  mutant("counts-twice", "A copy of a message is one more message.", [
    "step/entries.ts",
    "      o.index.get(refKey(itemOfRef(o.id, itemId))) !== undefined,",
    "      o.index.get(refKey(itemOfRef(o.id, itemId))) === null,",
  ]),
  ...circleMutants,
  // The model.
  modelMutant(
    "copy-folds-again",
    "A message that comes twice is shown twice.",
    [
      "fold.ts",
      'if (known.hasCounted(event.id)) return reject("duplicate");',
      "",
    ],
  ),
  modelMutant("anybody-edits", "A member changes another's words.", [
    "fold-acts.ts",
    `  if (!isBy(target, act)) return reject("not-allowed");
  // CT-93`,
    "  // CT-93",
  ]),
  modelMutant("anybody-deletes", "A member takes back another's words.", [
    "fold-acts.ts",
    `  if (!isBy(target, act)) return reject("not-allowed");
  if (target.item === "poll"`,
    `  if (target.item === "poll"`,
  ]),
  modelMutant(
    "closed-poll-deleted",
    "Whoever dislikes a result takes it away.",
    [
      "fold-acts.ts",
      `target.item === "poll" && target.close !== undefined`,
      `target.item === "poll" && target.close === null`,
    ],
  ),
  modelMutant("anybody-hides", "A member hides what others said.", [
    "fold-acts.ts",
    '  if (!act.standing.steward) return reject("not-allowed");\n',
    "",
  ]),
  modelMutant("late-pin-counts", "Members see different pins.", [
    "fold-acts.ts",
    '  if (!act.standing.counting) return reject("not-counting");\n',
    "",
  ]),
];
