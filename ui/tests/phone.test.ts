import { expect, it } from "vitest";
import { phoneToSave, withCallingCode } from "../src/lib/phone";

it("a number of the workspace's own country is saved as typed, the app reads it", () => {
  expect(phoneToSave(" 987 654 321 ", "PE", "+51", "PE")).toBe("987 654 321");
});
it("a number of another country goes behind its calling code", () => {
  expect(phoneToSave("11 98888-7777", "BR", "+55", "PE")).toBe("+55 11 98888-7777");
});
it("an international number is never given a second calling code", () => {
  expect(phoneToSave("+34 612 34 56 78", "BR", "+55", "PE")).toBe("+34 612 34 56 78");
  expect(phoneToSave("0034 612 34 56 78", "BR", "+55", "PE")).toBe("0034 612 34 56 78");
});
it("an emptied field saves nothing but emptiness", () => {
  expect(phoneToSave("  ", "BR", "+55", "PE")).toBe("");
});
it("choosing another country changes the calling code of what stands there, and only that", () => {
  expect(withCallingCode("+51 987 654 321", "+51", "+55")).toBe("+55 987 654 321");
  expect(withCallingCode("987 654 321", "+51", "+55")).toBe("987 654 321");
  expect(withCallingCode("+34 612", "+51", "+55")).toBe("+34 612");
});
