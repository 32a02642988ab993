// What was not applied, in words: whose it was, who did what before, what was wanted and what comes next; and the
// suggestion that a lead is stuck.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setHubNow } from "../src/app/clock.svelte";
import { stuckFor } from "../src/app/leads";
import { LOCALES, showLocale } from "../src/app/locale.svelte";
import { readSale } from "../src/app/sale.svelte";
import { type CustomField, type Lead, type ReviewItem } from "../src/backend";
import { aboutText, canStartAnew, typedText, wantedText, whoIsBinned, whyText } from "../src/features/review/words";
import { hostAnswers } from "./transport";

const NOW = new Date(2026, 10, 28, 12).getTime();
const DAY_MS = 86_400_000;
let settings: Record<string, unknown>;

beforeEach(async () => {
  settings = { markers: [] };
  hostAnswers(async () => ({
    settings,
    statuses: [
      { id: "won", code: "converted", name: "", category: "won" },
      { id: "lost", code: "lost", name: "", category: "lost" },
    ],
    sources: [],
    reasons: [],
    funnels: [{ funnel: {}, stages: [{ id: "quote", name: "Quote" }] }],
    intake: null,
    lines: [],
    members: [{ id: "ana", name: "Ana", is_me: true }],
  }));
  setHubNow(NOW);
  await readSale();
});
afterEach(() => showLocale("en"));

const textOf = (text: string) => ({ kind: "text" as const, text });
const about = {
  contact_id: "k1",
  name: "Maria Silva",
  conversation_id: "c1",
  lead_number: 12,
  has_active_lead: false,
  in_bin: false,
  others: 0,
};
const item = (patch: Partial<ReviewItem>): ReviewItem => ({
  id: "r1",
  act: "change_leads",
  refusal: { code: "LEAD_FINAL", lead_id: "l1", status_id: "won" },
  conversation_id: null,
  text: null,
  at_ms: NOW,
  about,
  wanted: { what: "lead", patch: { status: { status_id: "lost" } } },
  typed: [],
  cause: {
    did: { did: "closed", status_id: "won" },
    by: { by: "member", id: "ana" },
    at_ms: new Date(2026, 10, 28, 10, 2).getTime(),
    name: "Maria Silva",
  },
  ...patch,
});

describe("what was not applied", () => {
  it("says whose it was, who was first and what was wanted", () => {
    const two = item({});
    expect(aboutText(two)).toBe("Maria Silva · #12");
    expect(whyText(two)).toMatch(/^Ana marked this lead Converted \(today 10:02.*\)\.$/);
    expect(wantedText(two)).toBe("Your change to Lost was not applied.");
    expect(canStartAnew(two)).toBe(true);
    expect(canStartAnew(item({ about: { ...about, has_active_lead: true } })), "there is a next one already").toBe(
      false,
    );
    const note = item({ wanted: { what: "lead", patch: { stage: { stage_id: "quote" }, note: "half paid" } } });
    expect(wantedText(note)).toBe("Your move to Quote was not applied. Your note was not added.");
  });
  it("keeps what was typed into a field that somebody had deleted", () => {
    const field: CustomField = {
      id: "size",
      of: "lead",
      kind: "number",
      name: "Size",
      options: [],
      required_at: [],
      position: "V",
    };
    const list: CustomField = {
      ...field,
      id: "kind",
      kind: "list",
      name: "Kind",
      options: [{ id: "gold", name: "Gold" }],
    };
    const gone = item({
      refusal: { code: "FIELD_GONE", field_id: "size" },
      wanted: { what: "lead", patch: { fields: [{ field_id: "size", value: null }] } },
      typed: [
        { field, value: { kind: "number", number: { units: 145, decimals: 1 } } },
        { field: list, value: { kind: "list", option_id: "gold" } },
      ],
      text: "she asked twice",
      cause: null,
    });
    expect(typedText(gone)).toBe("she asked twice\nSize: 14.5\nKind: Gold");
    expect(wantedText(gone)).toBe("What you filled in was not applied: “Size”.");
    expect(whyText(gone)).toBe("The field was deleted by then.");
  });
  it("shows a value once that an older version kept among the words as well", () => {
    const of = (id: string, kind: CustomField["kind"], name: string): CustomField => ({
      ...{ id, kind, name, of: "lead", options: [], required_at: [], position: id },
    });
    const old = item({
      text: "she asked twice\nby the door\nhttps://example.com/a",
      typed: [
        { field: of("a", "text", "Where"), value: { kind: "text", text: " by the door " } },
        { field: of("b", "number", "Size"), value: { kind: "number", number: { units: 145, decimals: 1 } } },
        { field: of("c", "link", "Plan"), value: { kind: "link", url: "https://example.com/a" } },
      ],
    });
    const once = "she asked twice\nWhere:  by the door \nSize: 14.5\nPlan: https://example.com/a";
    expect(typedText(old)).toBe(once);
    expect(typedText({ ...old, text: "she asked twice" }), "as it is kept by now").toBe(once);
    const lines = { ...old, text: "by\nthe door", typed: [{ ...old.typed[0]!, value: textOf("by\nthe door") }] };
    expect(typedText(lines), "of several lines, and nothing besides").toBe("Where: by\nthe door");
    const part = { ...old, text: "ask by the door", typed: [{ ...old.typed[0]!, value: textOf("by the door") }] };
    expect(typedText(part), "a note that ends so is a note").toBe("ask by the door\nWhere: by the door");
  });
  it("of several contacts names the one who is in the bin", () => {
    const merged = item({
      act: "merge_contacts",
      refusal: { code: "IN_BIN", contact_id: "k9" },
      wanted: null,
      about: { ...about, lead_number: null, others: 1 },
      cause: { did: { did: "binned" }, by: { by: "member", id: "ana" }, at_ms: NOW, name: "João" },
    });
    expect(aboutText(merged)).toBe("Maria Silva and 1 more");
    expect(whyText(merged)).toContain("Ana moved João to the bin");
    expect(whoIsBinned(merged)).toBe("k9");
    expect(whoIsBinned({ ...merged, cause: null }), "back already").toBeNull();
  });
  it("has whole sentences in every language, whatever is gone", () => {
    const gone = item({
      wanted: {
        what: "lead",
        patch: { stage: { stage_id: "gone" }, marker: "none", score: null, responsible_id: null },
      },
      cause: null,
    });
    const acts = ["open_leads", "save_follow_up", "undo_merge", "create_contact", "patch_contact", "send_message"];
    for (const locale of LOCALES) {
      showLocale(locale);
      for (const one of [gone, item({}), ...acts.map((act) => item({ act, wanted: null }))])
        for (const text of [wantedText(one), whyText(one)]) expect(text).toMatch(/^[^{}]+\.$/);
    }
  });
});

it("a lead is suggested to be stuck after the days that are set, and never where it is off", async () => {
  const state = { stage_since_ms: NOW - 9 * DAY_MS, marker: "urgent" };
  const lead = (patch = {}) => ({ state: { ...state, ...patch } }) as unknown as Lead;
  expect(stuckFor(lead()), "off").toBeNull();
  settings = { markers: [], suggests_stuck_days: 9 };
  await readSale();
  expect(stuckFor(lead())).toBe(9);
  expect(stuckFor(lead({ stage_since_ms: NOW - 9 * DAY_MS + 1 })), "a moment too early").toBeNull();
  expect(stuckFor(lead({ marker: "stuck" })), "it is marked already").toBeNull();
  expect(stuckFor(lead({ marker: "done" })), "there is nothing to move").toBeNull();
  expect(stuckFor(lead({ closed: { at_ms: NOW } })), "it is closed").toBeNull();
});
