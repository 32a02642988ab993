// Follow-ups on screen: the moments that are offered, the form that loses no words, and lists that read only what is in
// view (FUP-01, FUP-05, FUP-08, FUP-09).
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, useTransport, type FollowUpView, type ListFollowUps, type SaveFollowUp } from "../src/backend";
import { setHubNow } from "../src/app/clock.svelte";
import { currentToast } from "../src/app/toast.svelte";
import FollowUpForm from "../src/features/followups/FollowUpForm.svelte";
import { readDays, Rows } from "../src/features/followups/rows.svelte";
import {
  addMonths,
  daysFromNow,
  isNight,
  monthDays,
  nextMorning,
  presets,
  readClock,
  startOfWeek,
  stepDay,
} from "../src/lib/due";

// A form is drawn many times over; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

const at = (day: number, hour = 0, minute = 0, month = 10) => new Date(2026, month, day, hour, minute).getTime();
/** Friday, 27 November 2026, 16:02. */
const FRIDAY = at(27, 16, 2);

describe("the moments that are offered", () => {
  it("are full five minutes, mornings at nine, and each is offered once", () => {
    expect(presets(FRIDAY)).toEqual([
      { key: "hour", at_ms: at(27, 17, 5) },
      { key: "later", at_ms: at(27, 19, 5) },
      { key: "tomorrow", at_ms: at(28, 9) },
      { key: "two_days", at_ms: at(29, 9) },
      { key: "monday", at_ms: at(30, 9) },
    ]);
    const saturday = presets(at(28, 22));
    expect(
      saturday.map(({ key }) => key),
      "three hours later is no longer today, and Monday is in two days",
    ).toEqual(["hour", "tomorrow", "two_days"]);
  });

  it("on a Monday next Monday is a week away", () => {
    expect(presets(at(23, 10)).find(({ key }) => key === "monday")?.at_ms).toBe(at(30, 9));
  });

  it("are at night before eight and after eight in the evening", () => {
    expect([isNight(at(27, 7, 59)), isNight(at(27, 8)), isNight(at(27, 20)), isNight(at(27, 20, 1))]).toEqual([
      true,
      false,
      false,
      true,
    ]);
    // 22:30 in Tijuana is 3:30 in São Paulo on 27 January 2026, half past six in the morning in Lisbon.
    const late = Date.UTC(2026, 0, 27, 6, 30);
    expect(isNight(late, "America/Tijuana")).toBe(true);
    expect(nextMorning(late, "America/Tijuana"), "8:00 of the day that begins there").toBe(Date.UTC(2026, 0, 27, 16));
    expect(nextMorning(late, "America/Sao_Paulo")).toBe(Date.UTC(2026, 0, 27, 11));
    expect(isNight(Date.UTC(2026, 0, 27, 11), "America/Sao_Paulo"), "8:00 is day").toBe(false);
    expect(isNight(Date.UTC(2026, 0, 27, 23), "America/Sao_Paulo"), "20:00 still").toBe(false);
    expect(isNight(Date.UTC(2026, 0, 27, 23, 1), "America/Sao_Paulo")).toBe(true);
    // Summer time begins in Lisbon in the night to 29 March 2026: 8:00 there is 7:00 UTC.
    expect(nextMorning(Date.UTC(2026, 2, 28, 22), "Europe/Lisbon")).toBe(Date.UTC(2026, 2, 29, 7));
    expect(isNight(at(27, 3), "Nowhere/At_All"), "as here").toBe(true);
    expect(nextMorning(at(27, 3)), "the same day's").toBe(at(27, 8));
    expect(nextMorning(at(27, 23)), "the next day's").toBe(at(28, 8));
  });

  it("of a reminder count weekdays only where that is wanted, and never fall into the night", () => {
    expect(daysFromNow(FRIDAY, 2, false)).toBe(at(29, 16, 5));
    expect(daysFromNow(FRIDAY, 2, true), "Monday, Tuesday").toBe(at(1, 16, 5, 11));
    expect(daysFromNow(at(27, 22), 1, false)).toBe(at(28, 9));
  });

  it("are read from times as people write them", () => {
    const read = (text: string) => {
      const clock = readClock(text);
      return clock && `${clock.hour}:${clock.minute}`;
    };
    expect(["9", "9:30", "930", "15h", "15h30", "3pm", "3:30 p. m.", "12 am", " 7.45 "].map(read)).toEqual([
      "9:0",
      "9:30",
      "9:30",
      "15:0",
      "15:30",
      "15:0",
      "15:30",
      "0:0",
      "7:45",
    ]);
    expect(["", "25", "9:60", "13pm", "soon", "99999"].map(read)).toEqual(Array(6).fill(undefined));
  });
});

describe("a calendar", () => {
  it("shows six whole weeks around a month, from the first day of the week", () => {
    const sunday = monthDays(at(15), 0);
    expect([sunday[0], sunday[41], sunday.length]).toEqual([at(1), at(12, 0, 0, 11), 42]);
    expect(monthDays(at(15), 1)[0], "November 2026 begins on a Sunday").toBe(at(26, 0, 0, 9));
    expect(startOfWeek(at(27, 16), 1)).toBe(at(23));
  });

  it("is walked by keys, over its ends, and no month is skipped", () => {
    expect(stepDay({ key: "ArrowLeft" }, at(1))).toBe(at(31, 0, 0, 9));
    expect(stepDay({ key: "ArrowDown" }, at(27))).toBe(at(4, 0, 0, 11));
    expect(stepDay({ key: "Home" }, at(27), 1)).toBe(at(23));
    expect(stepDay({ key: "End" }, at(27), 1)).toBe(at(29));
    expect(stepDay({ key: "PageDown" }, at(27))).toBe(at(27, 0, 0, 11));
    expect(addMonths(new Date(2026, 0, 31).getTime(), 1), "February has no 31st").toBe(new Date(2026, 1, 28).getTime());
    expect(stepDay({ key: "PageUp", shiftKey: true }, at(28)), "a year").toBe(new Date(2025, 10, 28).getTime());
    expect(stepDay({ key: "x" }, at(27))).toBeUndefined();
  });
});

const view = (id: string, due_at_ms: number, state = "scheduled"): FollowUpView =>
  ({ follow_up: { id, due_at_ms, state: { state }, kind: "task", note: id }, name: id }) as unknown as FollowUpView;

describe("the open ones of a day", () => {
  let kept: Record<string, FollowUpView[]>;
  let asked: ListFollowUps[];
  beforeEach(() => {
    asked = [];
    setHubNow(FRIDAY);
    kept = {
      asking: [view("asks", at(27, 9), "asking"), view("asked before", at(20, 9), "asking")],
      overdue: [view("late", at(27, 10)), view("later", at(27, 12))],
      today: Array.from({ length: 5 }, (_, i) => view(`today ${i}`, at(27, 17, i))),
    };
    useTransport({
      call: (command: string, args: unknown) => {
        expect(command).toBe("list_follow_ups");
        const ask = args as ListFollowUps;
        asked.push(ask);
        const all = kept[ask.bucket] ?? [];
        return Promise.resolve({ rows: all.slice(ask.offset, ask.offset + ask.limit), total: all.length });
      },
    } as never);
  });
  const names = (rows: FollowUpView[]) => rows.map(({ name }) => name);

  it("stand in one order, what waits for a decision first, and are read page by page", async () => {
    const day = readDays("mine", at(27), at(28));
    const first = await day(0, 4);
    expect(names(first.rows)).toEqual(["asks", "late", "later", "today 0"]);
    expect(first.total).toBe(8);
    expect(
      asked.map(({ bucket }) => bucket),
      "tomorrow has nothing of this day",
    ).toEqual(["asking", "overdue", "today"]);
    const second = await day(4, 4);
    expect(names(second.rows)).toEqual(["today 1", "today 2", "today 3", "today 4"]);
    expect(second.total).toBe(8);
  });

  it("of another day ask nothing of today", async () => {
    await readDays("team", at(29), at(30))(0, 10);
    expect(asked.map(({ bucket, scope }) => `${bucket} ${scope}`)).toEqual(["later team"]);
  });

  it("are read again where one looks, and nothing older is painted over it", async () => {
    const rows = new Rows();
    const page = (of: string) => ({ rows: [view(of, 1)], total: 500 });
    await rows.show((offset) => Promise.resolve(page(`at ${offset}`)));
    rows.want(300, 320);
    await Promise.resolve();
    await new Promise((next) => setTimeout(next));
    expect([rows.start, rows.at(260)?.name], "with a margin before what is in view").toEqual([260, "at 260"]);
    const answers: ((of: string) => void)[] = [];
    const shown = rows.show(() => new Promise((resolve) => answers.push((of) => resolve(page(of)))));
    const again = rows.again();
    answers[1]!("new");
    await again;
    answers[0]!("old");
    await shown;
    expect(rows.at(0)?.name).toBe("new");
  });
});

describe("the form of a follow-up", () => {
  const lead = { id: "lead", contact_id: "ana", name: "Ana" };
  const MINUTE_MS = 60_000;
  let app: Record<string, unknown> | undefined;
  let saved: SaveFollowUp[];
  let refuse: ApiError | undefined;
  let closes_at_ms: number | null;
  /** Each lets the answer of one question for somebody's leads go. */
  let leadsOf: Map<string, (closed?: boolean) => void>;
  beforeEach(() => {
    saved = [];
    leadsOf = new Map();
    refuse = undefined;
    closes_at_ms = null;
    setHubNow(FRIDAY);
    useTransport({
      call: (command: string, args: { text?: string; contact_id?: string }) => {
        switch (command) {
          case "search":
            return Promise.resolve({ contacts: ["ana", "bia"].map((id) => ({ contact_id: id, name: id })) });
          case "list_leads_of_contact":
            return new Promise((resolve) =>
              leadsOf.set(args.contact_id!, (closed = false) =>
                resolve([{ id: `lead of ${args.contact_id}`, cycle: 1, state: closed ? { closed: {} } : {} }]),
              ),
            );
          case "get_contact":
            return Promise.resolve({
              conversations: [{ conversation_id: "chat", last_at_ms: 1, line: { name: "Shop" } }],
            });
          case "get_conversation":
            return Promise.resolve({
              id: "chat",
              line: { name: "Shop", color: "#123456" },
              window_closes_at_ms: closes_at_ms,
              abilities: { max_text_chars: 40 },
            });
          case "list_quick_replies":
            return Promise.resolve([]);
          case "parse_time":
            return Promise.resolve({ at_ms: args.text === "sat 10" ? at(28, 10) : null });
          case "save_follow_up":
            if (refuse) return Promise.reject(refuse);
            saved.push(args as unknown as SaveFollowUp);
            return Promise.resolve({ undo: null, warning: null });
          default:
            return Promise.reject(new ApiError("UNKNOWN"));
        }
      },
    } as never);
  });
  afterEach(async () => {
    if (app) await unmount(app);
    app = undefined;
  });
  /** What was asked has been answered, and is painted. */
  async function settle() {
    for (let turn = 0; turn < 4; turn++) {
      await new Promise((next) => setTimeout(next));
      flushSync();
    }
  }
  let closed = false;
  async function open(asked: Record<string, unknown> = {}) {
    closed = false;
    app = mount(FollowUpForm, {
      target: document.body,
      props: { asked: { lead, ...asked } as never, onclose: () => (closed = true) },
    });
    await settle();
  }
  async function leave() {
    if (app) await unmount(app);
    app = undefined;
    await settle();
  }
  const field = <T extends HTMLElement = HTMLTextAreaElement>(which: string) =>
    document.querySelector<T>(`.dialog ${which}`)!;
  async function type(element: HTMLInputElement | HTMLTextAreaElement, text: string) {
    element.value = text;
    element.dispatchEvent(new Event("input", { bubbles: true }));
    await settle();
  }
  async function save() {
    field<HTMLFormElement>("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    await settle();
  }
  async function kind(value: "task" | "message") {
    const radio = field<HTMLInputElement>(`input[type=radio][value=${value}]`);
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    await settle();
  }
  const words = () => document.querySelector(".dialog")?.textContent ?? "";

  it("is for whom was picked last, whichever of two answers comes first", async () => {
    for (const [first, second] of [
      ["ana", "bia"],
      ["bia", "ana"],
    ] as const) {
      await open({ lead: undefined });
      await type(field<HTMLInputElement>("input[role=combobox]"), "a");
      const hits = () => [...document.querySelectorAll<HTMLElement>("[role=option]")];
      for (const who of ["ana", "bia"])
        hits()
          .find((hit) => hit.textContent?.includes(who))!
          .click();
      await type(field("textarea"), "Call");
      field<HTMLFormElement>("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
      leadsOf.get(first)!();
      await settle();
      if (first === "ana") expect([closed, saved.length], "it waits for the one that counts").toEqual([false, 0]);
      leadsOf.get(second)!(second === "ana");
      await settle();
      expect(closed).toBe(true);
      expect(saved.pop()).toMatchObject({ lead_id: "lead of bia" });
      expect(currentToast()?.tone, "that the other has no lead is nothing to say").not.toBe("problem");
      await leave();
    }
  });

  it("saves a task for tomorrow morning with nothing more than its words", async () => {
    await open();
    await type(field("textarea"), "Call about the table");
    await save();
    expect(closed).toBe(true);
    expect(saved).toHaveLength(1);
    expect(saved[0]).toMatchObject({
      lead_id: "lead",
      kind: "task",
      note: "Call about the table",
      due_at_ms: at(28, 9),
      cancel_if_reply: false,
    });
    expect(saved[0]).not.toHaveProperty("message");
    await leave();
    await open();
    expect(field("textarea").value, "what was saved does not come back").toBe("");
  });

  it("keeps what was typed when it is closed, for this lead, and the note never becomes the message", async () => {
    await open();
    await type(field("textarea"), "He haggles");
    await kind("message");
    expect(field("textarea").value, "what we say among ourselves is not offered to the customer").toBe("");
    await type(field("textarea"), "Shall we go on?");
    await leave();
    await open({ lead: { ...lead, id: "another" } });
    expect(field("textarea").value).toBe("");
    await leave();
    await open();
    expect(field("textarea").value).toBe("Shall we go on?");
    await kind("task");
    expect(field("textarea").value).toBe("He haggles");
    expect(words()).toContain("What you had typed is here again.");
    field<HTMLButtonElement>(".back button").click();
    await settle();
    expect(field("textarea").value).toBe("");
  });

  it("takes typed words for the moment, also when Enter comes before they are understood", async () => {
    await open();
    const when = field<HTMLInputElement>("input.words");
    when.value = "sat 10";
    when.dispatchEvent(new Event("input", { bubbles: true }));
    await save();
    expect(saved[0]?.due_at_ms).toBe(at(28, 10));
  });

  it("saves nothing at a time that is over or not understood, nor a message without words or too long", async () => {
    await open({ due_at_ms: FRIDAY - MINUTE_MS });
    await save();
    await type(field<HTMLInputElement>("input.time"), "25:00");
    await save();
    await type(field<HTMLInputElement>("input.time"), "18:00");
    await kind("message");
    await save();
    await type(field("textarea"), "x".repeat(41));
    await save();
    expect(saved, "each of them is said in words instead").toEqual([]);
    await type(field("textarea"), "x".repeat(40));
    await save();
    expect(saved[0]).toMatchObject({
      kind: "message",
      due_at_ms: at(27, 18),
      cancel_if_reply: true,
      message: { conversation_id: "chat", body: { kind: "text", text: "x".repeat(40) } },
    });
  });

  it("says that it is night for the customer and moves to the morning when asked to", async () => {
    await open({ kind: "message", due_at_ms: at(27, 23, 30) });
    await type(field("textarea"), "Good night");
    expect(words()).toContain("That is at night for the customer.");
    field<HTMLButtonElement>(".warn button").click();
    await settle();
    expect(words()).not.toContain("That is at night");
    await save();
    expect(saved[0]?.due_at_ms).toBe(at(28, 8));
  });

  it("says when the window closes before, and sends even so only where that was read", async () => {
    closes_at_ms = at(27, 20);
    await open({ kind: "message", due_at_ms: at(28, 9) });
    await type(field("textarea"), "Good morning");
    expect(words()).toContain("Free replies end");
    expect(words()).toContain("Schedule it anyway");
    await save();
    expect(saved[0]?.even_so).toBe(true);
    await leave();
    await open({ kind: "message", due_at_ms: at(28, 9) });
    await type(field("textarea"), "Good morning");
    field<HTMLButtonElement>(".warn button").click();
    await settle();
    await save();
    expect(saved[1], "ten minutes before it closes").toMatchObject({ due_at_ms: at(27, 19, 50), even_so: false });
  });

  it("says a refusal where it stands, and keeps everything", async () => {
    refuse = new ApiError("FOLLOWUP_ENDED");
    await open();
    await type(field("textarea"), "Call");
    await save();
    expect(closed).toBe(false);
    expect(field("[role=alert]").textContent).toContain("This follow-up is over already.");
    expect(field("textarea").value).toBe("Call");
  });
});
