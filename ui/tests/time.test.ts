// Moments in words, on systems of every kind.
import { afterEach, describe, expect, it, vi } from "vitest";
import { clock, listTime } from "../src/lib/time";

describe("a moment", () => {
  afterEach(() => vi.restoreAllMocks());

  it("has words also where the system has no locale", () => {
    // What WebKitGTK says under LANG=C: no language tag, and Intl throws at it.
    vi.spyOn(navigator, "language", "get").mockReturnValue("C");
    const noon = new Date(2026, 4, 4, 12, 30).getTime();
    expect(clock(noon)).toMatch(/12:30/);
    expect(listTime(noon, noon)).toMatch(/12:30/);
  });
});
