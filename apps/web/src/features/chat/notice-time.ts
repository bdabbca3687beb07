// From what stands in the form to a time that all members agree on: the wall time as it was meant, its zone, and the
// instant, which this device resolves once and for all.

import type { NoticeTime } from "@halqa/engine";

const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;

/** Undefined where the form holds no time. */
export function noticeTime(
  local: string,
  zone: string,
  minutes: number,
): NoticeTime | undefined {
  if (!LOCAL.test(local)) return undefined;
  // Without an offset this is the wall time of the device, whose zone `zone` is.
  const instant = new Date(local).getTime();
  return Number.isNaN(instant) ? undefined : { local, zone, instant, minutes };
}

/** The device's date in the form that a date field wants. */
export function localDate(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function two(value: number): string {
  return `${value}`.padStart(2, "0");
}

/** The device's time of the day in the form that a time field wants. */
export function localTime(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}
