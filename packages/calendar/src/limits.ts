// The bounds of calendars, each with its reason (docs/spec/calendar.md).

/** Occurrences that one question gives: a daily look over a year has fewer. */
export const MAX_OCCURRENCES = 600;
/** Dates that a series leaves out or moves: two years of a weekly meeting. A rule with more is another rule. */
export const MAX_EXCEPTIONS = 104;
/** Every so many weeks or months; beyond a year and a half nobody calls it a series. */
export const MAX_INTERVAL = 18;
/** Ten years of a weekly meeting. */
export const MAX_COUNT = 520;
/** How far the rules of zones are written into a file: governments change them sooner. */
export const ZONE_YEARS = 10;

/** A calendar of a year with long descriptions; more is no file that somebody meant to share as one meeting. */
export const MAX_CALENDAR_CHARACTERS = 1_048_576;
/** Events that one file brings as drafts: a screen to choose from. */
export const MAX_DRAFTS = 200;
/** A century of a zone whose clocks were changed in many ways. */
export const MAX_OBSERVANCES = 64;
/** Dates that one of them has, with all else that it says: two a year for more than a century. */
export const MAX_CHANGES = 256;
