import { describe, expect, it } from "vitest";
import { between, isPlace } from "../src/lib/place";

/** Numbers that are the same in every run. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
/** What the app gives to a card that is put on top at a moment. */
const top = (at_ms: number) => `${(0xffffffffffff - at_ms).toString(16).padStart(12, "0")}V`;

describe("a place between two cards", () => {
  it("sorts the list that is in hand, wherever cards are put, again and again", () => {
    for (let seed = 1; seed <= 40; seed++) {
      const roll = dice(seed);
      const list: string[] = [];
      for (let move = 0; move < 300; move++) {
        const at = roll(list.length + 1);
        list.splice(at, 0, between(list[at - 1], list[at]));
      }
      expect(list.every(isPlace), list.join(" ")).toBe(true);
      const isSorted = list.every((place, i) => i === 0 || list[i - 1]! < place);
      expect(isSorted, list.join(" ")).toBe(true);
    }
  });
  it("stays short after two hundred moves into one gap", () => {
    for (const isBelow of [true, false]) {
      let [low, high] = [top(1_800_000_000_001), top(1_800_000_000_000)];
      for (let i = 0; i < 200; i++) {
        const place = between(low, high);
        expect(low < place && place < high).toBe(true);
        if (isBelow) high = place;
        else low = place;
      }
      expect(Math.max(low.length, high.length)).toBeLessThan(60);
    }
  });
  it("is right behind two neighbours that are equal", () => {
    const behind = between("V", "V");
    expect(isPlace(behind)).toBe(true);
    expect(behind > "V").toBe(true);
  });
  it("takes what is no place for no neighbour", () => {
    expect(isPlace(between("../", "0"))).toBe(true);
    for (const none of ["", "0", "V0", "a b", "é", "V".repeat(251)]) expect(isPlace(none), none).toBe(false);
    expect(isPlace(top(0))).toBe(true);
  });
  it("is the one that the app itself would make", () => {
    // By hand from the digits 0-9 A-Z a-z, of which V is the 32nd: halfway, or one digit longer where none is between.
    expect(between()).toBe("V");
    expect(between("V")).toBe("k");
    expect(between(undefined, "V")).toBe("F");
    expect(between("A", "C")).toBe("B");
    expect(between("A", "B")).toBe("AV");
    expect(between("A", "BV")).toBe("B");
  });
});
