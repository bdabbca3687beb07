// Polls, tasks and minutes as screens get them (docs/spec/content.md, "Views").

import { equalBytes } from "@halqa/bytes";
import {
  isHidden,
  type MinutesItem,
  type PollItem,
  type TaskItem,
} from "./item.ts";
import { tallyOf } from "./tally.ts";
import { MINUTE_MS, personOf, replyToView, sentOf } from "./view-parts.ts";
import type {
  MinutesView,
  PollView,
  TaskView,
  ViewContext,
} from "./view-shape.ts";

export function pollToView(item: PollItem, context: ViewContext): PollView {
  const { question, ballot, closes, close } = item;
  const { roster } = context;
  const { votes, counts, contested } = tallyOf(item);
  const own = item.votes.find((x) => equalBytes(x.memberKey, roster.own));
  const hidden = isHidden(item);
  return {
    item: "poll",
    ...sentOf(item, context),
    question: hidden ? "" : question,
    ballot,
    options: item.options.map((text, index) => ({
      text: hidden ? "" : text,
      votes: counts[index] ?? 0,
    })),
    votes: votes.map(({ memberKey, choices }) => ({
      person: personOf(memberKey, roster),
      choices,
    })),
    ...(closes === undefined ? {} : { closesAt: closes * MINUTE_MS }),
    ...(own === undefined ? {} : { ownChoices: own.choices }),
    ...(close === undefined
      ? {}
      : {
          closed: {
            by: personOf(close.memberKey, roster),
            at: close.minute * MINUTE_MS,
            contested,
          },
        }),
  };
}

export function taskToView(item: TaskItem, context: ViewContext): TaskView {
  const { title, owner, due, done, update } = item;
  const { roster } = context;
  return {
    item: "task",
    ...sentOf(item, context),
    title: isHidden(item) ? "" : title,
    ...(owner === undefined ? {} : { owner: personOf(owner, roster) }),
    ...(due === undefined ? {} : { dueAt: due * MINUTE_MS }),
    done,
    ...(update === undefined
      ? {}
      : { updatedBy: personOf(update.memberKey, roster) }),
  };
}

export function minutesToView(
  item: MinutesItem,
  context: ViewContext,
): MinutesView {
  const { text, notice } = item;
  return {
    item: "minutes",
    ...sentOf(item, context),
    text: isHidden(item) ? "" : text,
    ...(notice === undefined ? {} : { notice: replyToView(notice, context) }),
  };
}
