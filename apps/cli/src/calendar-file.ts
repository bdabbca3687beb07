// The meetings of a circle as a calendar file. It leaves the encryption: the command asks for a word that says so.

import { writeCalendar, type CalendarEvent } from "@halqa/calendar";
import type { NoticeItem } from "@halqa/engine";

/** What a calendar is told of a notice: nothing of who said it or who comes. */
export function eventOf(notice: NoticeItem): CalendarEvent {
  const { id, title, when, place, agenda, version, updated, at } = notice;
  return {
    // Ids are made inside the encryption: whoever has the file and the relay's log cannot match them.
    uid: `${id}@halqa`,
    sequence: version,
    cancelled: notice.meeting === "cancelled",
    title,
    local: when.local,
    zone: when.zone,
    // As long as the list counts a meeting without a stated length.
    minutes: when.minutes ?? 60,
    ...(place === "" ? {} : { place }),
    ...(agenda === "" ? {} : { description: agenda }),
    modified: updated?.at ?? at,
  };
}

/** The file's text. */
export function calendarOf(notices: readonly NoticeItem[]): string {
  return writeCalendar(notices.map(eventOf));
}
