// What stands under a message that needs a person: a press shows at once, and only what can help is offered first.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ApiError, useTransport, type ConversationView, type MessageView } from "../src/backend";
import { choose, setChosenView } from "../src/app/chosen.svelte";
import { currentToast, dismissToast } from "../src/app/toast.svelte";
import Under from "../src/features/thread/Under.svelte";
import { state } from "./watch.svelte";

let calls: { command: string; args: unknown; answer: (value: unknown) => void; refuse: (error: ApiError) => void }[];
let app: Record<string, unknown> | undefined;
const settle = () => new Promise((resolve) => setTimeout(resolve)).then(() => flushSync());
const buttons = () => [...document.querySelectorAll<HTMLButtonElement>(".buttons button")];
const names = () => buttons().map((one) => one.textContent.trim());
const button = (words: string) => buttons().find((one) => one.textContent.trim() === words)!;

const view = (more: Partial<ConversationView> = {}) =>
  ({
    id: "c",
    contact_id: "p",
    name: "Bruno",
    blocked: false,
    line: { type: "simulator" },
    ...more,
  }) as ConversationView;
const message = (more: Partial<MessageView>) =>
  ({
    id: "m1",
    body: { kind: "text", text: "Olá" },
    held_until_ms: null,
    error: null,
    wanted_edit: null,
    ...more,
  }) as MessageView;
const unknown = message({ delivery: "unknown", allowed: ["settle"] });
const failed = (code: string) =>
  message({ delivery: "failed", allowed: ["retry", "take_back", "discard"], error: { code, detail: null } });

beforeEach(() => {
  calls = [];
  dismissToast();
  useTransport({
    call: (command, args) =>
      command.endsWith("_message") || command === "block_contact"
        ? new Promise((answer, refuse) => calls.push({ command, args, answer, refuse }))
        : Promise.resolve(null),
    events: () => () => undefined,
    mediaUrl: () => "",
    upload: () => Promise.resolve(""),
    pickFiles: () => Promise.resolve([]),
    pickSavePath: () => Promise.resolve(undefined),
  });
  choose("c");
  setChosenView(view());
});
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
});
function show(first: MessageView) {
  const props = state({ message: first });
  app = mount(Under, { target: document.body, props });
  flushSync();
  return props;
}

it("a press shows on its button, a second one does nothing, and what was done is said", async () => {
  const props = show(unknown);
  expect(document.body.textContent, "a name inside a sentence is set off").toContain("Look in “Sample customers”");
  button("It arrived").click();
  await settle();
  expect(button("It arrived").getAttribute("aria-busy")).toBe("true");
  expect(button("Send again").getAttribute("aria-disabled")).toBe("true");
  button("Send again").click();
  button("It arrived").click();
  await settle();
  expect(calls.map((c) => [c.command, c.args])).toEqual([["settle_message", { message_id: "m1", arrived: true }]]);

  calls[0]!.answer({ undo: null });
  await settle();
  expect(currentToast()?.text, "also where nothing can be taken back").toBe("Marked as arrived");
  expect(button("It arrived").getAttribute("aria-busy"), "until the message has become another").toBe("true");
  props.message = message({ delivery: "sent", allowed: [] });
  flushSync();
  expect(buttons()).toEqual([]);
});

it("after a refusal it says why and can be pressed again", async () => {
  show(unknown);
  button("Send again").click();
  await settle();
  calls[0]!.refuse(new ApiError("LINE_DOWN"));
  await settle();
  expect(currentToast()?.tone).toBe("problem");
  expect(button("Send again").getAttribute("aria-disabled")).toBe(null);
});

it("offers what helps first where sending again does not", () => {
  show(failed("BLOCKED_BY_CUSTOMER"));
  expect(names()).toEqual(["Copy the text", "Retry", "Discard"]);
  expect(button("Retry").className, "it may help once they have unblocked the line").toContain("quiet");
});

it("offers Retry first where it may help", () => {
  show(failed("NETWORK"));
  expect(names()).toEqual(["Retry", "Edit and send", "Discard"]);
});

it("offers to unblock a contact whom we blocked, and no retry", async () => {
  setChosenView(view({ blocked: true, locked: "BLOCKED" }));
  show(failed("NETWORK"));
  expect(names()).toEqual(["Unblock", "Copy the text", "Discard"]);
  expect(document.body.textContent).toContain("Bruno is blocked. Unblock to write.");
  button("Unblock").click();
  await settle();
  expect(calls.map((c) => [c.command, c.args])).toEqual([["block_contact", { contact_id: "p", blocked: false }]]);
});

it("offers the words and no more where nothing sends it any more", async () => {
  const props = show(message({ delivery: "unknown", allowed: ["discard"] }));
  expect(names(), "its line was removed").toEqual(["Copy the text", "Discard"]);
  props.message = message({ delivery: "failed", allowed: ["discard"], error: { code: "LINE_DOWN", detail: null } });
  await settle();
  expect(names()).toEqual(["Copy the text", "Discard"]);
});
