// What organisers do in a circle: meetings, polls, tasks, minutes.

import type { Command, NoticeTime } from "@halqa/engine";
import { encodeUtf8, err, ok, type Result } from "@halqa/bytes";
import { resolveWall } from "@halqa/calendar";
import { calendarOf } from "../calendar-file.ts";
import type { Given } from "../form.ts";
import { refusal, usageFailure, type Failure } from "../outcome.ts";
import { look, type Session } from "../session.ts";
import { writeNewFile } from "../whole-file.ts";
import {
  acting,
  actIn,
  inCircle,
  type Ending,
  type Group,
  type Place,
} from "./entry.ts";

/** Older notices are over. */
const MAX_LOOKED = 2_000;

export const organisingCommands: Group = {
  title: "Meetings, polls, tasks",
  entries: [
    {
      usage:
        "notice CIRCLE --title TEXT --at TIME [--zone ZONE] [--minutes MINUTES] [--place TEXT] [--agenda TEXT] [--hide-names]",
      about: "announce a meeting",
      more: "TIME is 2026-11-26T18:00, in ZONE (Asia/Beirut) or in the zone of this machine. --minutes: how long it takes. --hide-names: interfaces show how many come and not who, though every device has the names.",
      run: acting(noticeCommand),
    },
    {
      usage: "rsvp CIRCLE ID yes|maybe|no",
      about: "answer a notice",
      run: acting((given, circle) => {
        const answer = given.text("yes|maybe|no");
        return {
          command: "rsvp",
          circle,
          notice: given.text("ID"),
          answer: answer === "yes" || answer === "no" ? answer : "maybe",
        };
      }),
    },
    {
      usage:
        "notice-move CIRCLE ID --at TIME [--zone ZONE] [--minutes MINUTES] [--place TEXT]",
      about: "move a meeting to another time",
      run: acting((given, circle) => {
        const when = timeOf(given);
        if (!when.ok) return when.error;
        return {
          command: "update-notice",
          circle,
          target: given.text("ID"),
          meeting: "moved",
          when: when.value,
          ...given.maybeAs("place"),
        };
      }),
    },
    {
      usage:
        "notice-change CIRCLE ID [--title TEXT] [--place TEXT] [--agenda TEXT]",
      about: "change what a notice says",
      run: inCircle(changeNotice),
    },
    {
      usage: "notice-cancel CIRCLE ID",
      about: "call a meeting off",
      run: acting((given, circle) => ({
        command: "update-notice",
        circle,
        target: given.text("ID"),
        meeting: "cancelled",
      })),
    },
    {
      usage: "ics CIRCLE FILE --readable [--notice ID]",
      about: "write meetings as a calendar file that EVERYBODY CAN READ",
      more: "All that are not over, or the one with --notice. --readable says that you know: calendar programs often keep copies elsewhere.",
      run: inCircle(writeCalendarFile),
    },
    {
      usage: "minutes CIRCLE TEXT [--notice ID]",
      about: "file the minutes of a meeting",
      run: acting((given, circle) => ({
        command: "post-minutes",
        circle,
        text: given.text("TEXT"),
        ...given.maybeAs("notice"),
      })),
    },
    {
      usage:
        "poll CIRCLE QUESTION OPTION... [--several] [--ranked] [--closes TIME] [--zone ZONE]",
      about: "ask the circle",
      more: "One option may be chosen, with --several any, with --ranked an order of them. --closes says when you mean to close it: only `halqa close-poll` does.",
      run: acting(pollCommand),
    },
    {
      usage: "vote CIRCLE ID [NUMBER...]",
      about: "vote by the numbers of options, from 1",
      more: "Another vote replaces the one before; one without numbers takes it back.",
      run: acting((given, circle) => ({
        command: "vote",
        circle,
        target: given.text("ID"),
        choices: given.all("NUMBER").map((number) => Number(number) - 1),
      })),
    },
    {
      usage: "close-poll CIRCLE ID",
      about: "end a poll",
      run: acting((given, circle) => ({
        command: "close-poll",
        circle,
        target: given.text("ID"),
      })),
    },
    {
      usage: "task CIRCLE TITLE [--owner MEMBER] [--due TIME] [--zone ZONE]",
      about: "write down a task",
      run: acting((given, circle) => {
        const due = instantOf(given, "due");
        if (!due.ok) return due.error;
        return {
          command: "post-task",
          circle,
          title: given.text("TITLE"),
          ...given.maybeAs("owner"),
          ...(due.value === undefined ? {} : { due: due.value }),
        };
      }),
    },
    {
      usage: "task-done CIRCLE ID [--no]",
      about: "say that a task is done; --no that it is not",
      run: acting((given, circle) => ({
        command: "update-task",
        circle,
        target: given.text("ID"),
        done: !given.has("no"),
      })),
    },
    {
      usage:
        "task-change CIRCLE ID [--title TEXT] [--owner MEMBER] [--due TIME] [--zone ZONE]",
      about: "change a task",
      more: '--owner "": nobody\'s. --due "": at no time.',
      run: acting((given, circle) => {
        const isNever = given.maybe("due") === "";
        const due = isNever ? ok(0) : instantOf(given, "due");
        if (!due.ok) return due.error;
        return {
          command: "update-task",
          circle,
          target: given.text("ID"),
          ...given.maybeAs("title"),
          ...given.maybeAs("owner"),
          ...(due.value === undefined ? {} : { due: due.value }),
        };
      }),
    },
  ],
};

/** What it says and not whether it is moved: a change of the place leaves that as it is. */
async function changeNotice(
  session: Session,
  given: Given,
  { circle }: Place,
): Ending {
  const target = given.text("ID");
  const { items } = await look(session, {
    query: "timeline",
    circle,
    limit: MAX_LOOKED,
  });
  const notice = items.find(({ id }) => id === target);
  if (notice?.item !== "notice") return refusal("unknown-item");
  return actIn(session, circle, {
    command: "update-notice",
    circle,
    target,
    meeting: notice.meeting,
    ...given.maybeAs("title"),
    ...given.maybeAs("place"),
    ...given.maybeAs("agenda"),
  });
}

async function writeCalendarFile(
  session: Session,
  given: Given,
  { circle }: Place,
): Ending {
  const wanted = given.maybe("notice");
  const file = given.text("FILE");
  const { items } = await look(session, {
    query: "timeline",
    circle,
    limit: MAX_LOOKED,
  });
  const notices = items
    .filter((item) => item.item === "notice")
    .filter(({ hidden }) => hidden === undefined)
    .filter((notice) =>
      wanted === undefined
        ? endOf(notice.when) > Date.now()
        : notice.id === wanted,
    );
  if (wanted !== undefined && notices.length === 0) {
    return refusal("unknown-item");
  }
  const text = encodeUtf8(calendarOf(notices));
  const written = await writeNewFile(file, [text]);
  if (!written.ok) return written.error;
  session.print({
    type: "exported",
    circle,
    file,
    items: notices.length,
    warning:
      "Whoever gets this file reads what, when and where the meetings are. A calendar program may send it to a server.",
  });
  return undefined;
}

function endOf({ instant, minutes = 60 }: NoticeTime): number {
  return instant + minutes * 60_000;
}

function noticeCommand(given: Given, circle: string): Command | Failure {
  const when = timeOf(given);
  if (!when.ok) return when.error;
  return {
    command: "post-notice",
    circle,
    title: given.text("title"),
    when: when.value,
    place: given.maybe("place") ?? "",
    agenda: given.maybe("agenda") ?? "",
    ...(given.has("hide-names") ? { hideNames: true } : {}),
  };
}

function pollCommand(given: Given, circle: string): Command | Failure {
  const closes = instantOf(given, "closes");
  if (!closes.ok) return closes.error;
  const several = given.has("several");
  const ranked = given.has("ranked");
  if (several && ranked)
    return usageFailure("A poll has --several or --ranked, not both.");
  const ballot = several ? "several" : ranked ? "ranked" : "single";
  return {
    command: "post-poll",
    circle,
    question: given.text("QUESTION"),
    options: given.all("OPTION"),
    ballot,
    ...(closes.value === undefined ? {} : { closes: closes.value }),
  };
}

function timeOf(given: Given): Result<NoticeTime, Failure> {
  const local = given.text("at");
  const zone = zoneOf(given);
  const resolved = resolveWall(local, zone);
  if (!resolved.ok) return err(refusal("bad-time"));
  const { instant } = resolved.value;
  const minutes = given.number("minutes");
  return ok({
    local,
    zone,
    instant,
    ...(minutes === undefined ? {} : { minutes }),
  });
}

function instantOf(
  given: Given,
  option: string,
): Result<number | undefined, Failure> {
  const local = given.maybe(option);
  if (local === undefined) return ok(undefined);
  const resolved = resolveWall(local, zoneOf(given));
  return resolved.ok ? ok(resolved.value.instant) : err(refusal("bad-time"));
}

function zoneOf(given: Given): string {
  return (
    given.maybe("zone") ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  );
}
