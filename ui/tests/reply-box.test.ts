import { flushSync } from "svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startEvents } from "../src/app/events";
import { ReplyBoxModel } from "../src/app/reply-box.svelte";
import { ApiError, useTransport, type AppEvent } from "../src/backend";
import { endProgram } from "../src/features/composer/boxes";

type Call = [command: string, args: Record<string, unknown>];
let calls: Call[] = [];
let answer: Record<string, (args: Record<string, unknown>) => unknown>;
let say: (event: AppEvent) => void = () => undefined;
let stops: (() => void)[] = [];
let hasFocus = true;

const view = (id: string) => ({
  id,
  name: id,
  unread: 1,
  locked: null,
  window_closes_at_ms: null,
  abilities: { max_text_chars: 4096 },
});
const draft = (id: unknown) => ({
  conversation_id: id,
  message_id: `m-${String(id)}`,
  text: "",
  attachments: [],
  reply_to: null,
  updated_at_ms: 0,
});

beforeEach(() => {
  calls = [];
  hasFocus = true;
  vi.spyOn(document, "hasFocus").mockImplementation(() => hasFocus);
  answer = {
    start_reply_box: () => ({ conversation_id: "maria", asked: 1, covered: false }),
    get_conversation: ({ conversation_id }) => view(conversation_id as string),
    list_messages: () => ({ messages: [], has_before: false, has_after: false }),
    get_draft: ({ conversation_id }) => draft(conversation_id),
    save_draft: () => ({}),
    send_reply: ({ conversation_id }) => ({ messages: [], draft: { ...draft(conversation_id), message_id: "next" } }),
    report_reply_box: () => ({}),
    leave_reply_box: () => ({ conversation_id: null, asked: 1, covered: false }),
  };
  useTransport({
    call: async (command, args) => {
      calls.push([command, args as Record<string, unknown>]);
      return (await answer[command]?.(args as Record<string, unknown>)) ?? {};
    },
    events: (handler) => {
      say = handler as typeof say;
      return () => undefined;
    },
    mediaUrl: () => "",
    upload: () => Promise.resolve(""),
    pickFiles: () => Promise.resolve([]),
    pickSavePath: () => Promise.resolve(undefined),
  });
});
afterEach(() => {
  stops.forEach((stop) => stop());
  stops = [];
  endProgram();
  vi.restoreAllMocks();
});
const settle = async () => {
  for (let turn = 0; turn < 60; turn++) await Promise.resolve();
  flushSync();
  for (let turn = 0; turn < 60; turn++) await Promise.resolve();
};
const asked = (command: string) => calls.filter(([name]) => name === command).map(([, args]) => args);

async function open(): Promise<ReplyBoxModel> {
  const model = new ReplyBoxModel();
  stops = [startEvents(), model.follow()];
  await model.start(null);
  await settle();
  return model;
}
function type(model: ReplyBoxModel, text: string) {
  model.shown!.box.text = text;
  model.shown!.box.touched();
}

it("words that can't be saved keep the box open and say so", async () => {
  const model = await open();
  answer["save_draft"] = () => Promise.reject(new ApiError("DISK_FULL", {}, true));
  type(model, "Tem sim");
  await model.leave();
  expect(model.shown?.box.text, "they are nowhere else").toBe("Tem sim");
  expect(model.problem).not.toBeNull();
  expect(asked("leave_reply_box")).toEqual([]);
  answer["save_draft"] = () => ({});
  await model.leave();
  expect(model.shown).toBeUndefined();
  expect(asked("save_draft").at(-1)).toMatchObject({ text: "Tem sim", settle: true });
  expect(asked("leave_reply_box")).toEqual([{ asked: 1, opens: null }]);
});

it("a reply that leaves while another chat is asked for does not close that one", async () => {
  const model = await open();
  let sent: (view: unknown) => void = () => undefined;
  answer["send_reply"] = () => new Promise((done) => (sent = done));
  type(model, "Para Maria");
  const sending = model.send();
  await settle();
  say({ event: "reply_requested", conversation_id: "joão", asked: 2, covered: false });
  await settle();
  expect(model.chat).toBe("joão");
  type(model, "Para o João");
  sent({ messages: [], draft: { ...draft("maria"), message_id: "next" } });
  await sending;
  await settle();
  expect(model.chat, "it stays with the one who is being answered").toBe("joão");
  expect(model.shown?.box.text).toBe("Para o João");
  expect(asked("leave_reply_box")).toEqual([]);
  expect(asked("send_reply").map((args) => [args["conversation_id"], args["text"]])).toEqual([["maria", "Para Maria"]]);
});

it("saves what was typed before it says that it lost the focus", async () => {
  const model = await open();
  expect(asked("report_reply_box")).toEqual([{ conversation_id: "maria", focused: true, input: false }]);
  type(model, "Tem");
  hasFocus = false;
  dispatchEvent(new Event("blur"));
  await settle();
  const order = calls.map(([name]) => name).filter((name) => ["save_draft", "report_reply_box"].includes(name));
  expect(order, "another window may go on with the words").toEqual([
    "report_reply_box",
    "save_draft",
    "report_reply_box",
  ]);
  expect(asked("report_reply_box").at(-1)).toEqual({ conversation_id: "maria", focused: false, input: false });
});

it("goes when there is nothing to answer any more", async () => {
  answer["get_conversation"] = () => Promise.reject(new ApiError("NOT_FOUND", {}, false));
  const model = await open();
  expect(model.shown).toBeUndefined();
  expect(asked("leave_reply_box"), "an empty box stands in everybody's way").toEqual([{ asked: 1, opens: null }]);
});

it("a chat that is asked for while the box leaves another is shown, and the box stays for it", async () => {
  const model = await open();
  let saved: (view: unknown) => void = () => undefined;
  answer["save_draft"] = () => new Promise((done) => (saved = done));
  let read: (view: unknown) => void = () => undefined;
  answer["get_conversation"] = ({ conversation_id }) =>
    conversation_id === "joão" ? new Promise((done) => (read = done)) : view(conversation_id as string);
  type(model, "Para Maria");
  const leaving = model.leave();
  await settle();
  say({ event: "reply_requested", conversation_id: "joão", asked: 2, covered: false });
  await settle();
  // Its chat is still the old one when what was typed there is saved.
  saved({});
  await leaving;
  // Nor does a second Esc take it away.
  await model.leave();
  expect(model.chat).toBe("maria");
  read(view("joão"));
  await settle();
  expect(model.chat).toBe("joão");
  expect(asked("leave_reply_box")).toEqual([]);
  answer["save_draft"] = () => ({});
  await model.leave();
  expect(asked("leave_reply_box"), "now it is his").toEqual([{ asked: 2, opens: null }]);
});

it("a first chat that can't be read is opened in the main window instead of an empty box", async () => {
  answer["list_messages"] = () => Promise.reject(new ApiError("DISK_FULL", {}, true));
  const model = await open();
  expect(model.shown).toBeUndefined();
  const opens = { open: "chat", conversation_id: "maria", message_id: null };
  expect(asked("leave_reply_box")).toEqual([{ asked: 1, opens }]);
});

it("another chat that can't be read leaves the first one there, with the reason, and the box can still be left", async () => {
  const model = await open();
  answer["list_messages"] = () => Promise.reject(new ApiError("DISK_FULL", {}, true));
  say({ event: "reply_requested", conversation_id: "joão", asked: 2, covered: false });
  await settle();
  expect(model.chat).toBe("maria");
  expect(model.problem).not.toBeNull();
  await model.leave();
  expect(asked("leave_reply_box"), "the app closes it for what it asked for last").toEqual([{ asked: 2, opens: null }]);
});

it("Reply on the same chat while the box leaves it shows it again", async () => {
  const model = await open();
  // The app has heard of the press, and the page has not.
  answer["leave_reply_box"] = () => ({ conversation_id: "maria", asked: 2, covered: false });
  await model.leave();
  await settle();
  expect(model.chat, "the app keeps the box open for it").toBe("maria");
  answer["leave_reply_box"] = () => ({ conversation_id: null, asked: 2, covered: false });
  await model.leave();
  expect(model.shown).toBeUndefined();
  expect(asked("leave_reply_box")).toEqual([
    { asked: 1, opens: null },
    { asked: 2, opens: null },
  ]);
});

it("Reply on the same chat while an answer goes keeps the box for the next one", async () => {
  const model = await open();
  let sent: (view: unknown) => void = () => undefined;
  answer["send_reply"] = () => new Promise((done) => (sent = done));
  type(model, "Tem sim");
  const sending = model.send();
  await settle();
  say({ event: "reply_requested", conversation_id: "maria", asked: 2, covered: false });
  await settle();
  sent({ messages: [], draft: { ...draft("maria"), message_id: "next" } });
  await sending;
  await settle();
  expect(model.chat).toBe("maria");
  expect(asked("leave_reply_box")).toEqual([]);
});

it("on a screen that others see, nobody is under the eyes until they are shown", async () => {
  answer["start_reply_box"] = () => ({ conversation_id: "maria", asked: 1, covered: true });
  const model = await open();
  expect([model.chat, model.covered]).toEqual(["maria", true]);
  expect(asked("report_reply_box"), "she is still told of").toEqual([]);
  model.uncover();
  await settle();
  expect(asked("report_reply_box").at(-1)).toMatchObject({ conversation_id: "maria", focused: true });

  say({ event: "names_hidden", hidden: true });
  await settle();
  expect(model.covered, "also when the screen is shared only now").toBe(true);
  expect(asked("report_reply_box").at(-1)).toMatchObject({ conversation_id: "maria", focused: false });
  say({ event: "names_hidden", hidden: false });
  await settle();
  expect(model.covered, "until the person wants it").toBe(true);

  model.uncover();
  say({ event: "reply_requested", conversation_id: "maria", asked: 2, covered: true });
  await settle();
  expect(model.covered, "what stands there already is no secret").toBe(false);
  say({ event: "reply_requested", conversation_id: "joão", asked: 3, covered: true });
  await settle();
  expect([model.chat, model.covered]).toEqual(["joão", true]);
});
