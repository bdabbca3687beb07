// A meeting as calendars exchange it (docs/spec/calendar.md, "Files").

import type { Recurrence } from "./recurrence.ts";

/** What is written into a file. Texts are those of the notice; nothing in it names the circle or its members unless given. */
export interface CalendarEvent {
  /** The same for all versions of one meeting, and nothing that leads back to where it came from. */
  readonly uid: string;
  /** RFC 5545's SEQUENCE: the version of the notice. */
  readonly sequence: number;
  readonly cancelled: boolean;
  readonly title: string;
  readonly local: string;
  readonly zone: string;
  readonly minutes: number;
  readonly place?: string;
  readonly description?: string;
  readonly recurrence?: Recurrence;
  /** Milliseconds since 1970: when this version was made. */
  readonly modified: number;
}

/** Why a part of an event did not come along. */
export type LeftOut =
  /** It is repeated by a rule that a series here cannot be; this is its first meeting. */
  | "recurrence"
  /** Single meetings of the series were changed in more than their time. */
  | "changes"
  /** Its zone is none of this platform; the time is shown in UTC. */
  | "zone";

/** What a file brings: a form that is filled, for a person to look at before anything is sent. */
export interface DraftEvent {
  readonly title: string;
  readonly local: string;
  readonly zone: string;
  /** Absent where the file says no end. */
  readonly minutes?: number;
  /** The file gives days and no time; `local` is midnight. */
  readonly allDay: boolean;
  readonly cancelled: boolean;
  /** May be empty. */
  readonly place: string;
  /** May be empty. */
  readonly description: string;
  readonly recurrence?: Recurrence;
  readonly leftOut: readonly LeftOut[];
}
