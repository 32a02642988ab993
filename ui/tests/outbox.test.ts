import { flushSync, mount, unmount } from "svelte";
import { describe, expect, it } from "vitest";
import type { MessageView, OutboxItem } from "../src/backend";
import OutboxRow from "../src/features/outbox/OutboxRow.svelte";
import { inOrder, reasonText } from "../src/features/outbox/words";
import { joined, refusalText } from "../src/features/review/words";

const item = (reason: string, at_ms: number, patch: Partial<MessageView> = {}): OutboxItem => ({
  contact_name: "Ana",
  reason,
  message: {
    id: `${reason}${at_ms}`,
    at_ms,
    held_until_ms: null,
    error: null,
    delivery: "queued",
    ...patch,
  } as MessageView,
});

describe("what has not left", () => {
  it("puts what asks first, then what failed, then what waits, each oldest first", () => {
    const list = inOrder([
      item("OFFLINE", 1),
      item("FAILED", 5),
      item("UNKNOWN", 4),
      item("NEEDS_OK", 9),
      item("HELD", 3, { held_until_ms: 0 }),
      item("OFFLINE", 0),
    ]);
    expect(list.map((i) => `${i.reason}${i.message.at_ms}`)).toEqual([
      "HELD3",
      "NEEDS_OK9",
      "UNKNOWN4",
      "FAILED5",
      "OFFLINE0",
      "OFFLINE1",
    ]);
  });
  it("is explained in words, whatever the reason", () => {
    for (const reason of [
      "OFFLINE",
      "LINE_DOWN",
      "SLOW_DOWN",
      "IN_TURN",
      "UPLOADING",
      "HELD",
      "NEEDS_OK",
      "WAITING_REPLY",
      "FAILED",
      "UNKNOWN",
      "SOMETHING_NEW",
    ])
      expect(reasonText(item(reason, 0)), reason).not.toMatch(/[A-Z]{2,}_[A-Z]|SOMETHING|undefined/);
  });
});

it("its words can be taken elsewhere where nothing sends it any more", async () => {
  const names = async (reason: string, patch: Partial<MessageView>) => {
    const message = { body: { kind: "text", text: "Custa 300" }, allowed: ["discard"], ...patch } as MessageView;
    const app = mount(OutboxRow, { target: document.body, props: { item: item(reason, 0, message), onopen() {} } });
    flushSync();
    const found = [...document.querySelectorAll(".buttons button")].map((one) => one.textContent.trim());
    await unmount(app);
    return found;
  };
  const gone = { delivery: "failed", error: { code: "LINE_REMOVED", detail: null } } as const;
  expect(await names("FAILED", gone), "its line was removed").toEqual(["Copy the text", "Discard"]);
  expect(await names("UNKNOWN", { delivery: "unknown" })).toEqual(["Copy the text", "Discard"]);
  expect(await names("NEEDS_OK", { delivery: "needs_ok", allowed: ["cancel"] })).toEqual([
    "Copy the text",
    "Don't send",
  ]);
  expect(
    await names("FAILED", {
      ...gone,
      body: { kind: "location", latitude: 1, longitude: 2, name: null, address: null },
    }),
  ).toEqual(["Discard"]);
  expect(
    await names("FAILED", { ...gone, allowed: ["retry", "take_back", "discard"] }),
    "there is a better way",
  ).toEqual(["Retry", "Edit and send", "Discard"]);
});

describe("a change that was not applied", () => {
  it("says why with the values of the refusal", () => {
    expect(refusalText({ code: "DUPLICATE_NUMBER", contact_id: "k", name: "João" })).toBe("This number is João's.");
    expect(refusalText({ code: "TEXT_TOO_LONG", max_chars: 4096 })).toContain("4096");
  });
  it("gives its words back without touching what is written there now", () => {
    expect(joined("", "mine")).toBe("mine");
    expect(joined("new ", "mine")).toBe("new\nmine");
    expect(joined("new\nmine", "mine")).toBe("new\nmine");
  });
});
