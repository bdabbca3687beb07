// The bodies of notices, polls, tasks and minutes (docs/spec/content.md, "Bytes").

import {
  compareBytes,
  failReader,
  readBytes,
  readOptional,
  readU16,
  readU32,
  readU8,
  readVectorOf,
  writeBytes,
  writeOptional,
  writeU16,
  writeU32,
  writeU8,
  writeVectorOf,
  type Reader,
  type Writer,
} from "@halqa/bytes";
import type {
  Answer,
  Ballot,
  MinutesContent,
  NoticeContent,
  NoticeState,
  NoticeUpdateContent,
  PollCloseContent,
  PollContent,
  RsvpContent,
  TaskFields,
  VoteContent,
} from "./content.ts";
import {
  readChecked,
  readChoice,
  readFlag,
  readId,
  writeChoice,
  writeFlag,
  writeText,
} from "./field.ts";
import {
  KEY_BYTES,
  MAX_AGENDA_BYTES,
  MAX_COUNTED,
  MAX_OPTION_BYTES,
  MAX_OPTIONS,
  MAX_PLACE_BYTES,
  MAX_QUESTION_BYTES,
  MAX_TEXT_BYTES,
  MAX_TITLE_BYTES,
} from "./limits.ts";
import { readNoticeTime, writeNoticeTime } from "./notice-time.ts";
import {
  isAgenda,
  isOption,
  isPlace,
  isQuestion,
  isText,
  isTitle,
} from "./text.ts";

const ANSWERS: readonly Answer[] = ["yes", "maybe", "no"];
/** Their octets, here and in items. */
export const NOTICE_STATES: readonly NoticeState[] = [
  "planned",
  "moved",
  "cancelled",
];
export const BALLOTS: readonly Ballot[] = ["single", "several", "ranked"];

type NoticeFields = Pick<NoticeContent, "title" | "when" | "place" | "agenda">;

/** What a notice says, in contents and in items. */
export function writeNoticeFields(w: Writer, notice: NoticeFields): void {
  writeText(w, notice.title);
  writeNoticeTime(w, notice.when);
  writeText(w, notice.place);
  writeText(w, notice.agenda);
}

export function readNoticeFields(r: Reader): NoticeFields {
  return {
    title: readChecked(r, MAX_TITLE_BYTES, isTitle),
    when: readNoticeTime(r),
    place: readChecked(r, MAX_PLACE_BYTES, isPlace),
    agenda: readChecked(r, MAX_AGENDA_BYTES, isAgenda),
  };
}

export function writeNoticeUpdateBody(
  w: Writer,
  content: NoticeUpdateContent,
): void {
  writeBytes(w, content.notice);
  writeU16(w, content.version);
  writeChoice(w, NOTICE_STATES, content.state);
  writeNoticeFields(w, content);
}

export function readNoticeUpdateBody(r: Reader): NoticeUpdateContent {
  const notice = readId(r);
  const version = readU16(r);
  // The notice itself is version 0, and nothing outranks itself.
  if (version === 0) failReader(r, "invalid");
  return {
    kind: "notice-update",
    notice,
    version,
    state: readChoice(r, NOTICE_STATES),
    ...readNoticeFields(r),
  };
}

export function writeRsvpBody(w: Writer, content: RsvpContent): void {
  writeBytes(w, content.notice);
  writeAnswer(w, content.answer);
}

export function readRsvpBody(r: Reader): RsvpContent {
  return { kind: "rsvp", notice: readId(r), answer: readAnswer(r) };
}

/** The octet of an answer, here and in items: from 1. */
export function writeAnswer(w: Writer, answer: Answer): void {
  writeU8(w, ANSWERS.indexOf(answer) + 1);
}

/** The answer of an octet; any other than the three is `invalid`. */
export function readAnswer(r: Reader): Answer {
  const answer = ANSWERS[readU8(r) - 1];
  if (answer === undefined) failReader(r, "invalid");
  return answer ?? "no";
}

type PollFields = Pick<
  PollContent,
  "question" | "options" | "ballot" | "closes"
>;

/** What a poll asks, in contents and in items. */
export function writePollFields(w: Writer, poll: PollFields): void {
  writeText(w, poll.question);
  writeVectorOf(w, poll.options, writeText);
  writeChoice(w, BALLOTS, poll.ballot);
  writeOptional(w, poll.closes, writeU32);
}

export function readPollFields(r: Reader): PollFields {
  const question = readChecked(r, MAX_QUESTION_BYTES, isQuestion);
  const options = readVectorOf(
    r,
    (inner) => readChecked(inner, MAX_OPTION_BYTES, isOption),
    MAX_OPTIONS,
  );
  if (options.length < 2 || new Set(options).size < options.length) {
    failReader(r, "invalid");
  }
  const ballot = readChoice(r, BALLOTS);
  const closes = readOptional(r, readU32);
  return {
    question,
    options,
    ballot,
    ...(closes === undefined ? {} : { closes }),
  };
}

export function writeVoteBody(w: Writer, content: VoteContent): void {
  writeBytes(w, content.poll);
  writeChoices(w, content.choices);
}

export function readVoteBody(r: Reader): VoteContent {
  return { kind: "vote", poll: readId(r), choices: readChoices(r) };
}

/** Options by their index, here and in items. */
export function writeChoices(w: Writer, choices: readonly number[]): void {
  writeVectorOf(w, choices, writeU8);
}

export function readChoices(r: Reader): readonly number[] {
  const choices = readVectorOf(r, readU8, MAX_OPTIONS);
  const isGood =
    choices.every((x) => x < MAX_OPTIONS) &&
    new Set(choices).size === choices.length;
  if (!isGood) failReader(r, "invalid");
  return choices;
}

export function writePollCloseBody(w: Writer, content: PollCloseContent): void {
  writeBytes(w, content.poll);
  writeIds(w, content.counted);
}

export function readPollCloseBody(r: Reader): PollCloseContent {
  return { kind: "poll-close", poll: readId(r), counted: readIds(r) };
}

/** Ids of votes, here and in items. */
export function writeIds(w: Writer, ids: readonly Uint8Array[]): void {
  writeVectorOf(w, ids, writeBytes);
}

/** Ascending, each once: one set has one form. */
export function readIds(r: Reader): readonly Uint8Array[] {
  let last: Uint8Array | undefined;
  return readVectorOf(
    r,
    (inner) => {
      const id = readId(inner);
      if (last !== undefined && compareBytes(last, id) >= 0) {
        failReader(inner, "non-canonical");
      }
      last = id;
      return id;
    },
    MAX_COUNTED,
  );
}

/** What a task says, in contents and in items. */
export function writeTaskFields(w: Writer, task: TaskFields): void {
  writeText(w, task.title);
  writeOptional(w, task.owner, writeBytes);
  writeOptional(w, task.due, writeU32);
  writeFlag(w, task.done);
}

export function readTaskFields(r: Reader): TaskFields {
  const title = readChecked(r, MAX_TITLE_BYTES, isTitle);
  const owner = readOptional(r, (inner) => readBytes(inner, KEY_BYTES));
  const due = readOptional(r, readU32);
  return {
    title,
    ...(owner === undefined ? {} : { owner }),
    ...(due === undefined ? {} : { due }),
    done: readFlag(r),
  };
}

export function writeMinutesBody(w: Writer, content: MinutesContent): void {
  writeOptional(w, content.notice, writeBytes);
  writeText(w, content.text);
}

export function readMinutesBody(r: Reader): MinutesContent {
  const notice = readOptional(r, readId);
  const text = readChecked(r, MAX_TEXT_BYTES, isText);
  return {
    kind: "minutes",
    ...(notice === undefined ? {} : { notice }),
    text,
  };
}
