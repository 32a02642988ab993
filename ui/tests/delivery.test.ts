// The time line of a message (THR-05): what happened once stands once, what happened again is counted.
import { describe, expect, it } from "vitest";
import type { Delivery, DeliveryMark } from "../src/backend";
import { steps } from "../src/features/thread/tries";

const marks = (...list: [Delivery, number?][]): DeliveryMark[] =>
  list.map(([status, attempt = 1], i) => ({ attempt, status, at_ms: i }));

describe("the delivery time line", () => {
  it("shows a message that went at once step by step", () => {
    const shown = steps(marks(["queued"], ["sending"], ["sent"], ["delivered"]));
    expect(shown.map((s) => [s.mark.status, s.tries])).toEqual([
      ["queued", 0],
      ["sending", 0],
      ["sent", 0],
      ["delivered", 0],
    ]);
  });
  it("makes one line of tries that did not reach the channel, with the time of the last", () => {
    const shown = steps(
      marks(
        ["queued"],
        ["sending"],
        ["queued"],
        ["sending"],
        ["queued"],
        ["sending"],
        ["queued"],
        ["sending"],
        ["sent"],
      ),
    );
    expect(shown.map((s) => [s.mark.status, s.tries, s.mark.at_ms])).toEqual([
      ["queued", 0, 0],
      ["queued", 3, 6],
      ["sending", 0, 7],
      ["sent", 0, 8],
    ]);
  });
  it("keeps a failure and the retry of a person apart from them", () => {
    const shown = steps(
      marks(["queued"], ["sending"], ["queued"], ["sending"], ["failed"], ["queued", 2], ["sending", 2]),
    );
    expect(shown.map((s) => [s.mark.status, s.tries])).toEqual([
      ["queued", 0],
      ["queued", 1],
      ["sending", 0],
      ["failed", 0],
      ["queued", 0],
      ["sending", 0],
    ]);
  });
});
