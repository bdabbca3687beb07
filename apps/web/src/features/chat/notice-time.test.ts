import { describe, expect, it } from "vitest";
import { localDate, noticeTime } from "./notice-time.ts";

describe("the time of a notice", () => {
  it("keeps the wall time and its instant on this device", () => {
    const at = new Date(2026, 10, 26, 18, 0).getTime();
    expect(noticeTime("2026-11-26T18:00", "Asia/Beirut", 90)).toEqual({
      local: "2026-11-26T18:00",
      zone: "Asia/Beirut",
      instant: at,
      minutes: 90,
    });
    expect(localDate(at)).toBe("2026-11-26");
  });

  it.each(["T18:00", "2026-11-26T", "2026-13-41T18:00", "", "T"])(
    "is none where the form holds none: %s",
    (local) => {
      expect(noticeTime(local, "Asia/Beirut", 90)).toBeUndefined();
    },
  );
});
