/**
 * Polls, tasks, minutes and new versions of notices out of filled forms (docs/spec/content.md, CT-29), like the rest of
 * composing: fit where nothing visible changes, refused otherwise.
 */

import { compareBytes, err, ok, type Result } from "@halqa/bytes";
import { composeNotice, type ComposeFault } from "./compose.ts";
import type {
  Ballot,
  MinutesContent,
  NoticeState,
  NoticeTime,
  NoticeUpdateContent,
  PollCloseContent,
  PollContent,
  TaskContent,
  TaskFields,
  VoteContent,
} from "./content.ts";
import type { NoticeItem, PollItem } from "./item.ts";
import { MAX_COUNTED, MAX_OPTIONS } from "./limits.ts";
import { countedIn } from "./tally.ts";
import {
  composeOption,
  composeQuestion,
  composeText,
  composeTitle,
} from "./text.ts";

/** A poll out of a filled form; empty options are left out, and those that look alike are refused. */
export function composePoll(typed: {
  readonly question: string;
  readonly options: readonly string[];
  readonly ballot: Ballot;
  readonly closes?: number | undefined;
}): Result<PollContent, ComposeFault> {
  const question = composeQuestion(typed.question);
  const options: string[] = [];
  for (const one of typed.options.filter((x) => x.trim() !== "")) {
    const option = composeOption(one);
    if (!option.ok) return err("bad-text");
    options.push(option.value);
  }
  const isGood =
    options.length >= 2 &&
    options.length <= MAX_OPTIONS &&
    new Set(options).size === options.length;
  if (!question.ok || !isGood) return err("bad-text");
  const { ballot, closes } = typed;
  if (closes !== undefined && !isMinute(closes)) return err("bad-time");
  return ok({
    kind: "poll",
    question: question.value,
    options,
    ballot,
    ...(closes === undefined ? {} : { closes }),
  });
}

/** A vote in a poll; undefined where the poll has no such vote. */
export function composeVote(
  poll: PollItem,
  choices: readonly number[],
): VoteContent | undefined {
  const isVote =
    choices.every((x) => Number.isInteger(x) && x >= 0) &&
    choices.every((x) => x < poll.options.length) &&
    new Set(choices).size === choices.length &&
    (poll.ballot !== "single" || choices.length <= 1);
  return isVote ? { kind: "vote", poll: poll.id, choices } : undefined;
}

/** The end of a poll, with the votes that stand here; undefined where there are more than one content names. */
export function composePollClose(poll: PollItem): PollCloseContent | undefined {
  const counted = countedIn(poll).toSorted(compareBytes);
  return counted.length > MAX_COUNTED
    ? undefined
    : { kind: "poll-close", poll: poll.id, counted };
}

/** A task out of a filled form. */
export function composeTask(
  typed: Omit<TaskFields, "owner" | "due"> & {
    readonly owner?: Uint8Array | undefined;
    readonly due?: number | undefined;
  },
): Result<TaskContent, ComposeFault> {
  const title = composeTitle(typed.title);
  if (!title.ok) return err("bad-text");
  const { owner, due, done } = typed;
  if (due !== undefined && !isMinute(due)) return err("bad-time");
  return ok({
    kind: "task",
    title: title.value,
    ...(owner === undefined ? {} : { owner }),
    ...(due === undefined ? {} : { due }),
    done,
  });
}

/** Minutes of a meeting. */
export function composeMinutes(typed: {
  readonly text: string;
  readonly notice?: Uint8Array | undefined;
}): Result<MinutesContent, ComposeFault> {
  const text = composeText(typed.text);
  if (!text.ok) return err("bad-text");
  const { notice } = typed;
  return ok({
    kind: "minutes",
    ...(notice === undefined ? {} : { notice }),
    text: text.value,
  });
}

/** The next version of a notice, with what the form changed. */
export function composeNoticeUpdate(
  notice: NoticeItem,
  typed: {
    readonly state: NoticeState;
    readonly title?: string | undefined;
    readonly when?: NoticeTime | undefined;
    readonly place?: string | undefined;
    readonly agenda?: string | undefined;
  },
): Result<NoticeUpdateContent, ComposeFault> {
  const made = composeNotice({
    title: typed.title ?? notice.title,
    when: typed.when ?? notice.when,
    place: typed.place ?? notice.place,
    agenda: typed.agenda ?? notice.agenda,
  });
  if (!made.ok) return made;
  const { title, when, place, agenda } = made.value;
  const version = (notice.update?.version ?? 0) + 1;
  // Nobody gets there by hand; who wrote 65,535 on purpose has the last word, and can be hidden.
  if (version > 0xffff) return err("bad-text");
  return ok({
    kind: "notice-update",
    notice: notice.id,
    version,
    state: typed.state,
    title,
    when,
    place,
    agenda,
  });
}

function isMinute(minute: number): boolean {
  return Number.isInteger(minute) && minute >= 0 && minute < 2 ** 32;
}
