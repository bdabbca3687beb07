// An item of a circle's list as one line.

import type {
  MessageItem,
  NoticeItem,
  Person,
  PollItem,
  TaskItem,
  TimelineItem,
} from "@halqa/engine";
import { day, minute } from "./time.ts";

/** The line of an item: its id, its time, whose it is, what it says, and what became of it. */
export function describeItem(item: TimelineItem): string {
  return `${item.id}  ${minute(item.at)}  ${bodyOf(item)}`;
}

type Sent = Extract<TimelineItem, { readonly reactions: unknown }>;

function bodyOf(item: TimelineItem): string {
  switch (item.item) {
    case "gone":
      return `-- ${nameOf(item.author)}: ${item.was} ${item.cause}`;
    case "change":
      return `-- ${changeOf(item)}`;
    case "unreadable":
      return `-- ${item.author === undefined ? "" : `${nameOf(item.author)}: `}cannot be shown (${item.reason})`;
    case "message":
    case "notice":
    case "poll":
    case "task":
    case "minutes":
      return `${nameOf(item.author)}: ${item.hidden === undefined ? saidIn(item) : hiddenOf(item.hidden)}${marksOf(item)}`;
  }
}

function changeOf({
  change,
  who,
  by,
  text,
}: Extract<TimelineItem, { item: "change" }>): string {
  const subject = who ?? by;
  const other =
    by === undefined || by.member === subject?.member
      ? ""
      : ` by ${nameOf(by)}`;
  return `${subject === undefined ? "?" : nameOf(subject)} ${change}${text === undefined ? "" : ` "${text}"`}${other}`;
}

function hiddenOf({ by, reason }: NonNullable<Sent["hidden"]>): string {
  return `-- hidden by ${nameOf(by)} (${reason})`;
}

function saidIn(item: Sent): string {
  switch (item.item) {
    case "message":
      return messageText(item);
    case "notice":
      return noticeText(item);
    case "poll":
      return pollText(item);
    case "task":
      return taskText(item);
    case "minutes":
      return `MINUTES ${item.text}`;
  }
}

function messageText(item: MessageItem): string {
  const quoted = item.replyTo ? `[> ${item.replyTo.excerpt}] ` : "";
  const forwarded = item.forwarded === true ? "[forwarded] " : "";
  const attached = (item.attachments ?? [])
    .map(({ name, size }) => ` [${name}, ${size} bytes]`)
    .join("");
  const edited = item.edited === undefined ? "" : " (edited)";
  const until =
    item.expiresAt === undefined ? "" : ` (until ${minute(item.expiresAt)})`;
  return `${quoted}${forwarded}${item.text}${attached}${edited}${until}`;
}

function noticeText(item: NoticeItem): string {
  const { title, when, place, meeting, answers, agenda } = item;
  const state = meeting === "planned" ? "" : `${meeting.toUpperCase()} `;
  const lasts = when.minutes === undefined ? "" : ` (${when.minutes} min)`;
  const facts = [
    `${when.local} ${when.zone}${lasts}`,
    ...[place, agenda].filter((text) => text !== ""),
  ];
  const { yes, maybe, no } = answers;
  return `NOTICE ${state}${title}, ${facts.join(", ")}; yes ${names(yes)}; maybe ${names(maybe)}; no ${names(no)}`;
}

function pollText({
  question,
  ballot,
  options,
  closed,
  closesAt,
  ownChoices,
}: PollItem): string {
  const listed = options.map(
    ({ text, votes }, index) =>
      `${index + 1}) ${text}: ${votes}${ownChoices?.includes(index) === true ? " (you)" : ""}`,
  );
  const kind = ballot === "single" ? "" : ` (${ballot})`;
  const until =
    closesAt === undefined ? "" : `; meant to close ${minute(closesAt)}`;
  const end =
    closed === undefined
      ? until
      : `; closed by ${nameOf(closed.by)}${closed.contested ? ", CONTESTED" : ""}`;
  return `POLL${kind} ${question}; ${listed.join("; ")}${end}`;
}

function taskText({ title, owner, dueAt, done }: TaskItem): string {
  const whose = owner === undefined ? "" : ` (${nameOf(owner)})`;
  const due = dueAt === undefined ? "" : ` by ${day(dueAt)}`;
  return `TASK ${done ? "[x]" : "[ ]"} ${title}${whose}${due}`;
}

function marksOf(item: Sent): string {
  const reactions = item.reactions
    .map(({ emoji, people }) => ` ${emoji}${people.length}`)
    .join("");
  const privacy = item.privacy === undefined ? "" : `  [${item.privacy}]`;
  const shared =
    item.shared === undefined
      ? ""
      : `  [of ${nameOf(item.shared.author)}, ${minute(item.shared.at)}]`;
  const pinned = item.pinnedBy === undefined ? "" : "  [pinned]";
  const late = item.late === true ? "  [late]" : "";
  const isSent = item.state === undefined || item.state === "sent";
  const failure = item.failure === undefined ? "" : `: ${item.failure}`;
  return `${reactions}${privacy}${shared}${pinned}${late}${isSent ? "" : `  [${item.state}${failure}]`}`;
}

function names(people: readonly Person[]): string {
  return people.length === 0
    ? "-"
    : people.map((person) => nameOf(person)).join(", ");
}

/** Names are those of the members now: one who went, or is not known here yet, has none. */
function nameOf({ name }: Pick<Person, "name">): string {
  return name === "" ? "?" : name;
}
