// Moments in words, on systems of every kind.
import { afterEach, describe, expect, it, vi } from "vitest";
import { clock, dayAndClock, fullDateAndClock, listTime } from "../src/lib/time";

describe("a moment", () => {
  afterEach(() => vi.restoreAllMocks());

  it("has words also where the system has no locale", () => {
    // What WebKitGTK says under LANG=C: no language tag, and Intl throws at it.
    vi.spyOn(navigator, "language", "get").mockReturnValue("C");
    const noon = new Date(2026, 4, 4, 12, 30).getTime();
    expect(clock(noon)).toMatch(/12:30/);
    expect(listTime(noon, noon)).toMatch(/12:30/);
  });

  it("in another year says which year", () => {
    const now = new Date(2026, 10, 27, 12, 0).getTime();
    const at = (year: number, month: number) => new Date(year, month, 20, 9, 0).getTime();
    expect(dayAndClock(at(2026, 11), now)).not.toContain("2026");
    expect(dayAndClock(at(2027, 10), now), "20 November is over: it is next year's").toContain("2027");
    expect(fullDateAndClock(at(2026, 11))).toMatch(/Sunday.*December 20.*2026.*9:00/);
  });
});
