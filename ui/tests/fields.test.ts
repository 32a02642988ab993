import { beforeEach, describe, expect, it } from "vitest";
import { showLocale } from "../src/app/locale.svelte";
import {
  amountFrom,
  dateOf,
  dayMs,
  decimalFrom,
  decimalTyped,
  isLink,
  linkText,
  moneyText,
  numberExamples,
  numberFrom,
  numberText,
} from "../src/lib/fields";

const d = (units: number, decimals = 0) => ({ units, decimals });
const flat = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("a number as people type it", () => {
  it("takes both marks, whichever stands for what", () => {
    for (const typed of ["1234.5", "1234,5", "1,234.5", "1.234,5", "1 234,5", "1'234.50", "+1234.500"])
      expect(decimalFrom(typed), typed).toEqual(d(12345, 1));
    expect(decimalFrom("1.234.567")).toEqual(d(1234567));
    expect(decimalFrom("-0,05")).toEqual(d(-5, 2));
    expect(decimalFrom("−3")).toEqual(d(-3));
    expect(decimalFrom("007")).toEqual(d(7));
    expect(decimalFrom("-0")).toEqual(d(0));
  });
  it("says no to what is none, or too exact to be kept", () => {
    for (const typed of ["", "-", "ten", "12a", "1,2,3", "1.2.3,4", ",5", "1e3", "1.1234567", "1234567890123456"])
      expect(decimalFrom(typed), typed).toBeUndefined();
  });
  it("an amount may have its sign, and three digits after one mark are thousands whatever the language", () => {
    for (const typed of ["$12,000", "R$ 12.000", "12.000", "12,000", "MXN 12000", "US$12,000.00", "12.000 €"])
      for (const language of ["en", "es", "pt"] as const) {
        showLocale(language);
        expect(amountFrom(typed), `${typed} in ${language}`).toEqual(d(12000));
      }
    expect(amountFrom("-1.500")).toEqual(d(-1500));
    expect(amountFrom("12.50")).toEqual(d(125, 1));
    for (const typed of ["$", "ten", "$ $5", "12.000.5.1"]) expect(amountFrom(typed), typed).toBeUndefined();
    expect(amountFrom("0.125"), "nobody writes thousands with a zero before them").toEqual(d(125, 3));
  });
});

describe("in the language on screen", () => {
  beforeEach(() => showLocale("pt"));
  it("three digits after its own mark are thousands, after its point they are not", () => {
    expect(decimalFrom("1.500")).toEqual(d(1500));
    expect(decimalFrom("1,500")).toEqual(d(15, 1));
    showLocale("en");
    expect(decimalFrom("1.500")).toEqual(d(15, 1));
    expect(decimalFrom("1,500")).toEqual(d(1500));
  });
  it("a number of a field has thousands as people here write them", () => {
    for (const [language, typed, meant] of [
      ["es", "12.000", d(12000)],
      ["es", "12,000", d(12000)],
      ["es", "-12.000", d(-12000)],
      ["es", "12.50", d(125, 1)],
      ["es", "12,50", d(125, 1)],
      ["es", "0.125", d(125, 3)],
      ["pt", "12.000", d(12000)],
      ["pt", "12,000", d(12)],
      ["pt", "1.234,5", d(12345, 1)],
      ["en", "12,000", d(12000)],
      ["en", "1.125", d(1125, 3)],
    ] as const) {
      showLocale(language);
      expect(numberFrom(typed), `${typed} in ${language}`).toEqual(meant);
    }
  });
  it("is told to write it as it is shown", () => {
    for (const [language, whole, exact] of [
      ["en", "1,250", "12.50"],
      ["es", "1,250", "12.50"],
      ["pt", "1.250", "12,50"],
    ] as const) {
      showLocale(language);
      expect(numberExamples(), language).toEqual({ whole, exact });
      expect(numberFrom(whole), "and what it is told is taken").toEqual(d(1250));
      expect(numberFrom(exact)).toEqual(d(125, 1));
    }
  });
  it("stays the same when it is typed on", () => {
    for (const language of ["en", "es", "pt"] as const) {
      showLocale(language);
      for (const value of [d(1125, 3), d(-12001, 3), d(125, 3), d(1234125, 3), d(12000), d(125, 1)]) {
        expect(numberFrom(decimalTyped(value)), `${decimalTyped(value)} in ${language}`).toEqual(value);
        expect(amountFrom(decimalTyped(value)), `${decimalTyped(value)} as an amount in ${language}`).toEqual(value);
      }
    }
  });
  it("shows what was meant, and gives it back to be typed on", () => {
    expect(flat(moneyText(d(1500), "BRL"))).toBe("R$ 1.500");
    expect(flat(moneyText(d(15005, 1), "BRL"))).toBe("R$ 1.500,50");
    expect(moneyText(d(15005, 1), null)).toBe("1.500,50");
    expect(numberText(d(1234567, 3))).toBe("1.234,567");
    expect(decimalTyped(d(12345675, 3))).toBe("12345,675");
    for (const value of [d(0), d(-5, 2), d(999999999999999), d(123456789012345, 6), d(-15, 1)])
      expect(decimalFrom(decimalTyped(value)), JSON.stringify(value)).toEqual(value);
  });
});

describe("a day of the calendar", () => {
  it("is the same day here", () => {
    for (const date of ["2026-11-28", "2028-02-29", "1999-01-01", "0099-12-31"]) expect(dateOf(dayMs(date))).toBe(date);
  });
});

describe("a link", () => {
  it("leads to a named place, and to nothing else", () => {
    for (const url of ["shop.example", "https://shop.example/a?b=c#d", "HTTP://a.b:8080/x"])
      expect(isLink(url), url).toBe(true);
    for (const url of [
      "javascript:alert(1)",
      "ftp://a.b",
      "mailto:a@b.c",
      "https://x@evil.example",
      "a b.c",
      "shop",
      "https://",
    ])
      expect(isLink(url), url).toBe(false);
    expect(linkText("https://shop.example/")).toBe("shop.example");
  });
});
