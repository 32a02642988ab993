// Where a banner, the tray or a link leads in the window.
import { beforeEach, describe, expect, it } from "vitest";
import { register } from "../src/app/actions.svelte";
import { shownAlertLog, showAlertLog } from "../src/app/alerts.svelte";
import { viewAsked, viewTaken } from "../src/app/asked.svelte";
import { chosenConversation, chosenLanding, writingAsked } from "../src/app/chosen.svelte";
import { openPlace } from "../src/app/opens";
import { currentScreen, settingsSection } from "../src/app/route.svelte";
import { ApiError, useTransport } from "../src/backend";
import { askedView } from "../src/features/inbox/view";

beforeEach(() => {
  useTransport({
    // What this window remembers is all that it keeps on its way.
    call: (command) =>
      command === "put_ui_state" ? Promise.resolve({}) : Promise.reject(new ApiError(`unexpected ${command}`)),
    events: () => () => undefined,
    mediaUrl: () => "",
    upload: () => Promise.resolve(""),
    pickFiles: () => Promise.resolve([]),
    pickSavePath: () => Promise.resolve(undefined),
  });
});

describe("where a banner leads", () => {
  it("to its chat, at its message, ready to write", () => {
    openPlace({ open: "alerts" });
    openPlace({ open: "chat", conversation_id: "c1", message_id: "m1" });
    expect([currentScreen(), chosenConversation(), chosenLanding()?.message_id, writingAsked()]).toEqual([
      "inbox",
      "c1",
      "m1",
      "c1",
    ]);
  });
  it("to what is unread or failed, on every line", () => {
    openPlace({ open: "unread" });
    expect(viewAsked()).toBe("unread");
    viewTaken();
    openPlace({ open: "failed" });
    expect(viewAsked()).toBe("failed");
    viewTaken();
    expect(askedView("unread")).toMatchObject({ scope: "open", tab: "unread", filter: { line_ids: [] } });
    expect(askedView("closing"), "who waits, and whose window closes first").toMatchObject({
      scope: "open",
      order: "window_closing",
      filter: { waiting_on: "us" },
    });
    expect(askedView("failed"), "a closed chat may hold one").toMatchObject({
      scope: "everything",
      tab: "all",
      filter: { has_failed: true },
    });
  });
  it("to the changes that were not applied", () => {
    let opened = 0;
    const stop = register({ id: "go.review", title: () => "Review", group: "go", run: () => void (opened += 1) });
    openPlace({ open: "review" });
    stop();
    expect(opened).toBe(1);
  });
  it("to the lines and to the notifications, not to a log that was open there", () => {
    showAlertLog(null);
    openPlace({ open: "alerts" });
    expect([currentScreen(), settingsSection(), shownAlertLog()]).toEqual(["settings", "alerts", undefined]);
    openPlace({ open: "lines" });
    expect(settingsSection()).toBe("lines");
  });
});
