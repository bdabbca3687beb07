/**
 * Acts on notices, polls and tasks (docs/spec/content.md, CT-37, CT-67 to CT-74). Votes and closings are shared state: they count
 * where their epoch was the current one (rule A7), so that every device counts the same ones.
 */

import { equalBytes } from "@halqa/bytes";
import type {
  NoticeUpdateContent,
  PollCloseContent,
  RsvpContent,
  TaskUpdateContent,
  VoteContent,
} from "./content.ts";
import { isBy } from "./fold-acts.ts";
import {
  change,
  keep,
  putLast,
  reject,
  targetOf,
  type Act,
  type Folded,
} from "./folded.ts";
import type { PollItem, TaskItem } from "./item.ts";

export function foldAnswer(act: Act, content: RsvpContent): Folded {
  const notice = targetOf(act.item(content.notice), "notice");
  if (typeof notice === "string") return reject(notice);
  const answers = putLast(notice.answers, {
    memberKey: act.author.memberKey,
    answer: content.answer,
    position: act.placed.position,
  });
  return answers === undefined
    ? reject("full")
    : change({ ...notice, answers });
}

/** CT-67: the highest version stands, of equal ones the first. */
export function foldNoticeUpdate(
  act: Act,
  content: NoticeUpdateContent,
): Folded {
  const notice = targetOf(act.item(content.notice), "notice");
  if (typeof notice === "string") return reject(notice);
  if (!act.standing.steward && !isBy(notice, act)) return reject("not-allowed");
  const { version, state, title, when, place, agenda } = content;
  if (version <= (notice.update?.version ?? 0)) return reject("outranked");
  const { position, minute } = act.placed;
  const { memberKey } = act.author;
  const update = { version, state, memberKey, position, minute };
  return change({ ...notice, title, when, place, agenda, update });
}

/** CT-69: one vote for each person, the last by position, until the poll is closed. */
export function foldVote(act: Act, content: VoteContent): Folded {
  const poll = targetOf(act.item(content.poll), "poll");
  if (typeof poll === "string") return reject(poll);
  if (!act.standing.counting) return reject("not-counting");
  if (poll.close !== undefined) return reject("closed");
  if (!isVoteOf(poll, content.choices)) return reject("bad-choice");
  const { position, id } = act.placed;
  const { memberKey } = act.author;
  const { choices } = content;
  const votes = putLast(poll.votes, { memberKey, position, id, choices });
  return votes === undefined ? reject("full") : change({ ...poll, votes });
}

function isVoteOf(
  { ballot, options }: PollItem,
  choices: readonly number[],
): boolean {
  if (ballot === "single" && choices.length > 1) return false;
  return choices.every((choice) => choice < options.length);
}

/** CT-71: the first closing that counts stands. */
export function foldPollClose(act: Act, content: PollCloseContent): Folded {
  const poll = targetOf(act.item(content.poll), "poll");
  if (typeof poll === "string") return reject(poll);
  if (!act.standing.steward && !isBy(poll, act)) return reject("not-allowed");
  if (!act.standing.counting) return reject("not-counting");
  if (poll.close !== undefined) return reject("closed");
  const { position, minute } = act.placed;
  const { memberKey } = act.author;
  const { counted } = content;
  return change({ ...poll, close: { memberKey, position, minute, counted } });
}

/** CT-74: author, owner and stewards change a task; whoever takes one that nobody has, changes nothing else. */
export function foldTaskUpdate(act: Act, content: TaskUpdateContent): Folded {
  const task = targetOf(act.item(content.task), "task");
  if (typeof task === "string") return reject(task);
  if (!mayChange(act, task, content)) return reject("not-allowed");
  const { position } = act.placed;
  if (task.update !== undefined && task.update.position >= position) {
    return keep();
  }
  const { memberKey } = act.author;
  const { owner: _owner, due: _due, ...rest } = task;
  const { title, owner, due, done } = content;
  return change({
    ...rest,
    title,
    ...(owner === undefined ? {} : { owner }),
    ...(due === undefined ? {} : { due }),
    done,
    update: { memberKey, position },
  });
}

function mayChange(
  act: Act,
  task: TaskItem,
  content: TaskUpdateContent,
): boolean {
  if (act.standing.steward || isBy(task, act)) return true;
  const { memberKey } = act.author;
  if (task.owner !== undefined) return equalBytes(task.owner, memberKey);
  return (
    content.owner !== undefined &&
    equalBytes(content.owner, memberKey) &&
    content.title === task.title &&
    content.due === task.due &&
    content.done === task.done
  );
}
