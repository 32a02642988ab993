// The panel beside a chat is about whose chat it is, and about nobody else, however long the reads take.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { choose, setChosenView } from "../src/app/chosen.svelte";
import { resume, startEvents } from "../src/app/events";
import { ApiError, type ContactView, type ConversationView } from "../src/backend";
import ContactPanel from "../src/features/contact/ContactPanel.svelte";
import { hostAnswers } from "./transport";
import { state } from "./watch.svelte";

const NAMES: Record<string, string> = { bruno: "Bruno Carvalho", camila: "Camila Ferreyra" };
const contactOf = (id: string) =>
  ({
    ...{ id, display_name: NAMES[id], channel_name: "", saved: true, blocked: false, about: "", photo: null },
    ...{ phone_text: "", phone_e164: null, phone_display: `phone of ${id}`, phone_country: "BR", time_zone: null },
    ...{ email: `${id}@shop.example`, tags: [], fields: [], created_at_ms: 1, identities: [], conversations: [] },
    ...{ can_start_on: [], next_follow_up: null, is_customer: false },
  }) as unknown as ContactView;
const MORE = { same: [], merges: [], others: [], source_id: null, responsible_id: null, has_active_lead: false };

/** Reads that are let go by hand, by whose they are. */
let waiting: Record<string, (() => void)[]>;
let slow: boolean;
let app: ReturnType<typeof mount> | undefined;
let asked: string[];
const settle = async () => {
  // Two frames pass before the panel reads.
  for (let turn = 0; turn < 3; turn++) await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
  flushSync();
};
const answer = async (id: string) => {
  (waiting[id] ?? []).splice(0).forEach((let_go) => let_go());
  await settle();
};
/** The chat is chosen; it is painted once it has been read. */
function open(id: string) {
  choose(`chat-${id}`);
  setChosenView({ id: `chat-${id}`, contact_id: id, name: NAMES[id], photo: null } as unknown as ConversationView);
}
const shown = () =>
  [
    document.body.textContent,
    ...[...document.querySelectorAll("input, textarea")].map((at) => (at as HTMLInputElement).value),
  ].join(" ");

let refused: string | undefined;
let stopEvents: () => void;
let tell: (event: unknown) => void;
beforeEach(() => {
  // Nothing is measured here.
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe = () => undefined;
      unobserve = () => undefined;
      disconnect = () => undefined;
    },
  );
  refused = undefined;
  waiting = {};
  asked = [];
  slow = false;
  const hear = (handler: (event: unknown) => void) => {
    tell = handler;
    return () => undefined;
  };
  hostAnswers((command, { contact_id }: { contact_id: string }) => {
    if (refused && command === "get_contact") throw new ApiError(refused, {}, true);
    const of: Record<string, unknown> = {
      get_contact: contactOf(contact_id),
      list_contact_files: [],
      get_contact_more: { ...MORE, bin: null },
    };
    const value = of[command] ?? [];
    if (command === "get_contact") asked.push(contact_id);
    if (!slow || command !== "get_contact") return value;
    return new Promise((done) => (waiting[contact_id] ??= []).push(() => done(value)));
  }, hear);
  stopEvents = startEvents();
});
afterEach(async () => {
  stopEvents();
  vi.unstubAllGlobals();
  if (app) await unmount(app);
  app = undefined;
  setChosenView(undefined);
  choose(null);
});
async function showBruno() {
  open("bruno");
  const box = state({ conversation: "chat-bruno" });
  app = mount(ContactPanel, { target: document.body, props: box });
  await settle();
  expect(shown(), "Bruno has been read").toContain("bruno@shop.example");
  return box;
}
it("shows at once who the next chat is with, and nothing of the person before", async () => {
  const box = await showBruno();
  slow = true;
  open("camila");
  box.conversation = "chat-camila";
  flushSync();
  expect(shown(), "her name is known").toContain(NAMES.camila);
  expect(shown(), "nothing of his stands beside her chat").not.toMatch(/bruno/i);
  expect(document.querySelector("input, textarea"), "and nothing of his can be changed").toBeNull();
  await settle();
  await answer("camila");
  expect(shown()).toContain("camila@shop.example");
  expect(document.querySelector("[aria-busy]")).toBeNull();
});

it("lets nobody change the person before while the next chat is being read", async () => {
  const box = await showBruno();
  choose("chat-camila");
  box.conversation = "chat-camila";
  flushSync();
  expect(shown(), "he stands there still, with his chat").toContain("bruno@shop.example");
  expect(document.querySelector<HTMLElement>(".scroll")?.inert, "and nothing of his can be changed").toBe(true);
});

it("never takes a late read of the person before for the next one", async () => {
  const box = await showBruno();
  slow = true;
  open("camila");
  box.conversation = "chat-camila";
  await settle();
  // Something of his changed; it is read a little later, and answered last.
  resume();
  await vi.waitFor(() => expect(asked, "it is read again").toHaveLength(3));
  await answer("camila");
  await answer("bruno");
  expect(shown()).toContain("camila@shop.example");
  expect(shown()).not.toMatch(/bruno/i);
});

it("says why nobody comes, and tries again when asked", async () => {
  const box = await showBruno();
  refused = "BUSY";
  open("camila");
  box.conversation = "chat-camila";
  await settle();
  expect(document.querySelector("[role=alert]"), "it is said").not.toBeNull();
  expect(document.querySelector("[aria-busy=true]"), "and nothing seems to be coming").toBeNull();
  refused = undefined;
  [...document.querySelectorAll("button")].find((one) => one.textContent.trim() === "Try again")!.click();
  await settle();
  expect(shown()).toContain("camila@shop.example");
});

it("reads again what changes while it is coming", async () => {
  const box = await showBruno();
  slow = true;
  open("camila");
  box.conversation = "chat-camila";
  await settle();
  tell({ event: "contact_changed", ids: ["camila"] });
  await vi.waitFor(() => expect(asked.filter((id) => id === "camila")).toHaveLength(2));
});
