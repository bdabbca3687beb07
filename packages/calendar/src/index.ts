// The entry of @halqa/calendar: zones, recurrence and iCalendar files (docs/spec/calendar.md).

export type { CalendarEvent, DraftEvent, LeftOut } from "./event.ts";
export { occurrencesOf, type Occurrence, type Series } from "./occurrences.ts";
export {
  isRecurrence,
  startsSeries,
  type MovedDate,
  type Recurrence,
  type Weekday,
  type WeekOfMonth,
} from "./recurrence.ts";
export { readCalendar, type ReadCalendarError } from "./read-calendar.ts";
export { writeCalendar } from "./write-calendar.ts";
export { isKnownZone, resolveWall, wallAt, type ResolvedWall } from "./zone.ts";
