// The entry of @halqa/calendar: zones, recurrence and iCalendar files (docs/spec/calendar.md).

export type { CalendarEvent } from "./event.ts";
export { occurrencesOf, type Series } from "./occurrences.ts";
export { isRecurrence, startsSeries, type Recurrence } from "./recurrence.ts";
export { readCalendar } from "./read-calendar.ts";
export { writeCalendar } from "./write-calendar.ts";
export { isKnownZone, resolveWall, wallAt } from "./zone.ts";
