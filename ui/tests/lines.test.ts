import { afterEach, describe, expect, it } from "vitest";
import { showLocale, LOCALES } from "../src/app/locale.svelte";
import { ApiError, type LineState } from "../src/backend";
import { connectProblem, tokenIn } from "../src/features/lines/connect";
import { lineAdvice } from "../src/features/lines/words";
import { lineStateText } from "../src/lib/line-state";

afterEach(() => showLocale("en"));

describe("a pasted token", () => {
  it("loses the words that BotFather puts around it", () => {
    expect(
      tokenIn("Use this token to access the HTTP API:\n7719204518:AAFabcdefghijklmnopqrstuvwxyz012\nKeep it safe"),
    ).toBe("7719204518:AAFabcdefghijklmnopqrstuvwxyz012");
  });
  it("that is no token stays as it was, so that the refusal speaks of what was typed", () => {
    expect(tokenIn("  hello ")).toBe("hello");
  });
});

describe("what a channel refuses while connecting", () => {
  it("stands under the field that can mend it", () => {
    expect(connectProblem(new ApiError("UNAUTHORIZED")).field).toBe("token");
    expect(connectProblem(new ApiError("NO_HTTPS")).field).toBe("base_url");
    expect(connectProblem(new ApiError("BASE_URL")).field).toBe("base_url");
  });
  it("names the line that already has the account", () => {
    expect(connectProblem(new ApiError("LINE_DUPLICATE", { line_id: "l1" })).line_id).toBe("l1");
  });
  it("has words of its own in every language, never a bare code", () => {
    for (const locale of LOCALES) {
      showLocale(locale);
      for (const code of [
        "UNAUTHORIZED",
        "CONFLICT",
        "NOT_REACHED",
        "TOKEN_SHAPE",
        "BASE_URL",
        "NO_HTTPS",
        "LINE_DUPLICATE",
        "WEBHOOK_SET",
        "LINE_LIMIT",
        "SLOW_DOWN",
        "OTHER_ACCOUNT",
        "KEYRING_LOCKED",
      ])
        expect(
          connectProblem(new ApiError(code, { limit: "10", seconds: "3", account: "X" })).text,
          `${locale} ${code}`,
        ).not.toContain(code);
    }
  });
});

describe("a line's state", () => {
  const states: LineState[] = [
    { state: "connecting" },
    { state: "connected" },
    { state: "degraded", code: "NETWORK" },
    { state: "degraded", code: "CONFLICT" },
    { state: "degraded", code: "SLOW_DOWN" },
    { state: "needs_auth", code: "UNAUTHORIZED" },
    { state: "needs_auth", code: "KEYRING_MISSING" },
    { state: "disconnected", code: "ON_PURPOSE" },
    { state: "disconnected", code: "NETWORK" },
  ];
  it("is said in words in every language", () => {
    for (const locale of LOCALES) {
      showLocale(locale);
      for (const state of states)
        expect(lineStateText(state), JSON.stringify(state)).not.toMatch(/[A-Z]{3,}_|undefined/);
    }
  });
  it("that a person can mend comes with what to do", () => {
    expect(lineAdvice({ state: "degraded", code: "CONFLICT" })).toContain("@BotFather");
    expect(lineAdvice({ state: "needs_auth", code: "UNAUTHORIZED" })).toContain("@BotFather");
    expect(lineAdvice({ state: "connected" })).toBeUndefined();
  });
});
