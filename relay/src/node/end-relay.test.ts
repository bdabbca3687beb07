import { afterEach, describe, expect, it, vi } from "vitest";
import { END_MS, endRelay } from "./end-relay.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("endRelay", () => {
  it("[HT-29] waits for the end, and no longer than it may", async () => {
    vi.useFakeTimers();
    const exit = vi
      .spyOn(process, "exit")
      .mockImplementation((): never => undefined!);
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    expect(END_MS).toBe(30_000);
    let end: (() => void) | undefined;
    const close = () =>
      new Promise<void>((resolve) => {
        end = resolve;
      });
    const inTime = endRelay({ close });
    await vi.advanceTimersByTimeAsync(END_MS - 1);
    end?.();
    await inTime;
    await vi.advanceTimersByTimeAsync(END_MS);
    expect(exit).not.toHaveBeenCalled();
    void endRelay({ close });
    await vi.advanceTimersByTimeAsync(END_MS);
    expect(exit).toHaveBeenCalledWith(1);
    expect(write.mock.calls[0]?.[0]).toContain("30 seconds");
  });
});
