// Whom the keys are about, and what they do to one lead and to many (KEY-02).
import { flushSync, mount, unmount } from "svelte";
import { beforeEach, describe, expect, it } from "vitest";
import { actionById, availability, runAction } from "../src/app/actions.svelte";
import { dialogs } from "../src/app/dialogs.svelte";
import { go } from "../src/app/route.svelte";
import { keysAt, type Many, type One, type Place } from "../src/app/whom.svelte";
import { readSale } from "../src/app/sale.svelte";
import { currentToast } from "../src/app/toast.svelte";
import { type ContactDeed, type ContactTarget, type Lead, type LeadPatch } from "../src/backend";
import { Doing } from "../src/features/directory/doing.svelte";
import { leadsOfContacts } from "../src/features/directory/lead-keys";
import { registerFollowUpActions } from "../src/features/followups/actions";
import { registerLeadActions } from "../src/features/leads/actions";
import Ask from "../src/features/leads/ask/Ask.svelte";
import { Bulk } from "../src/features/leads/page/bulk.svelte";
import { hostAnswers } from "./transport";

const WON = { id: "won", code: "converted", name: "", color: "#2f6fdb", category: "won", position: "B" };
const lead = (closed = false) =>
  ({
    id: "lead",
    contact_id: "ana",
    cycle: 1,
    state: { status_id: closed ? "won" : "new", stage_id: "intake", marker: "none", ...(closed ? { closed: {} } : {}) },
  }) as unknown as Lead;

let asked: [string, unknown][];
let stops: (() => void)[];
beforeEach(async () => {
  stops?.forEach((stop) => stop());
  asked = [];
  dialogs.ask = dialogs.followUps = dialogs.leadStatus = null;
  hostAnswers((command: string, args: unknown) => {
    asked.push([command, args]);
    if (command === "get_sale")
      return Promise.resolve({ statuses: [WON], funnels: [], sources: [], reasons: [], members: [], settings: {} });
    return Promise.resolve(
      command === "list_leads_of_contact" ? [lead()] : { done: 1, skipped: 0, left_out: [], left: 0, undo: null },
    );
  });
  await readSale();
  stops = [registerLeadActions(), registerFollowUpActions()];
});
const at = (place: Partial<Place>) => {
  stops.push(keysAt("leads", { one: () => undefined, nobody: () => "Choose one", ...place }));
  go("leads");
};
const can = (id: string) => availability(actionById(id)!);
const ONE: One = { contact_id: "ana", name: "Ana", lead: lead() };

describe("the keys of a lead", () => {
  it("say why not where nobody is chosen, and belong to the screen that is shown", () => {
    at({});
    for (const id of ["lead.assign", "lead.move", "lead.note", "lead.tags", "lead.marker.urgent", "follow-up.new"])
      expect(can(id), id).toBe("Choose one");
    at({ one: () => ONE });
    expect(can("lead.assign")).toBe(true);
    go("board");
    expect(can("lead.assign"), "another screen, whose keys are nobody's").not.toBe(true);
  });
  it("say why not of a closed lead, whose tags and notes are the person's still", () => {
    at({ one: () => ({ ...ONE, lead: lead(true) }) });
    for (const id of ["lead.assign", "lead.move", "lead.score", "lead.status", "lead.marker.urgent"])
      expect(can(id), id).toContain("Converted");
    expect(can("lead.tags")).toBe(true);
    expect(can("lead.note")).toBe(true);
    runAction("lead.note");
    expect(dialogs.ask).toEqual({ what: "note", one: { contact_id: "ana", name: "Ana" } });
  });
  it("read the lead where the screen does not have it", async () => {
    at({ one: () => ({ contact_id: "ana", name: "Ana" }) });
    runAction("lead.assign");
    await expect.poll(() => dialogs.ask?.one?.lead?.id).toBe("lead");
    expect(dialogs.ask?.what).toBe("assign");
  });
  it("do what the screen does in a way of its own", () => {
    const marked: string[] = [];
    at({ one: () => ({ ...ONE, does: { mark: (marker) => marked.push(marker) } }) });
    runAction("lead.marker.stuck");
    expect(marked).toEqual(["stuck"]);
    expect(asked.map(([command]) => command)).not.toContain("change_leads");
  });
  it("are about all that are picked, where some are", () => {
    const changed: [LeadPatch, string][] = [];
    const many = {
      count: 3,
      target: { what: "ids", ids: [] },
      change: (patch: LeadPatch, label: string) => Promise.resolve(void changed.push([patch, label])),
    } as unknown as Many;
    at({ one: () => ONE, picked: () => 3, many: () => many });
    runAction("lead.marker.urgent");
    expect(changed.map(([patch]) => patch)).toEqual([{ marker: "urgent" }]);
    for (const what of ["assign", "move", "note", "score", "status", "tags"] as const) {
      runAction(`lead.${what}`);
      expect([dialogs.ask?.what, dialogs.ask?.many?.count, dialogs.ask?.one], what).toEqual([what, 3, undefined]);
    }
    runAction("follow-up.new");
    expect(dialogs.followUps?.count).toBe(3);
    expect(can("lead.open"), "one only").not.toBe(true);
  });
  it("say why not of what is picked and can't be changed so", () => {
    at({ picked: () => 2, many: () => ({}) as Many, cannot: () => "In the bin" });
    expect(can("lead.assign")).toBe("In the bin");
    expect(can("follow-up.new")).toBe("In the bin");
  });
});

it("picked contacts are assigned and moved as their bar does it; what is the lead's own goes to their active leads", async () => {
  const deeds: unknown[] = [];
  let settled = 0;
  const many = leadsOfContacts(
    ["ana", "bruno"],
    (what) => Promise.resolve(void deeds.push(what)),
    () => undefined,
    () => settled++,
  );
  await many.change({ responsible_id: null }, "");
  await many.change({ stage: { stage_id: "offer" } }, "");
  expect(deeds).toEqual([
    { do: "assign", responsible_id: null },
    { do: "stage", stage_id: "offer" },
  ]);
  expect(asked.map(([command]) => command)).not.toContain("bulk_leads");
  await many.change({ marker: "urgent" }, "Marked");
  const [, ask] = asked.find(([command]) => command === "bulk_leads")!;
  expect(ask).toMatchObject({
    target: { what: "matching", filter: { tab: "active", contact_ids: ["ana", "bruno"] } },
    patch: { marker: "urgent" },
  });
  expect(settled).toBe(1);
});

it("what is asked of picked contacts calls them contacts", async () => {
  for (const what of ["assign", "move", "note", "score", "status", "tags"] as const) {
    const many = leadsOfContacts(
      ["ana", "bruno"],
      () => Promise.resolve(),
      () => undefined,
      () => undefined,
    );
    const dialog = mount(Ask, { target: document.body, props: { asked: { what, many }, onclose: () => undefined } });
    flushSync();
    const title = () => document.querySelector(".dialog-title")?.textContent;
    await expect.poll(title).toContain("2 contacts");
    await unmount(dialog);
  }
});

describe("a note of many", () => {
  const places = [
    ["picked contacts", { of: "contacts", ids: ["ana", "bruno"] }],
    ["picked leads", { of: "leads", target: { what: "ids", ids: ["l1"] } }],
  ] as const;
  const manyOf = (where: string): Many =>
    where === "picked leads"
      ? new Bulk().many(1, { what: "ids", ids: ["l1"] })
      : leadsOfContacts(
          ["ana", "bruno"],
          () => Promise.resolve(),
          () => undefined,
          () => undefined,
        );
  it.each(places)("is a note about each person, of %s, and no words in the history of leads", async (where, target) => {
    let failed = 0;
    manyOf(where).note("Prefers mornings", () => failed++);
    await expect.poll(() => asked.map(([command]) => command)).toContain("bulk_note");
    const [, ask] = asked.find(([command]) => command === "bulk_note")!;
    expect(ask).toMatchObject({ target, text: "Prefers mornings" });
    expect(asked.map(([command]) => command)).not.toContain("bulk_leads");
    expect(failed).toBe(0);
  });
  it.each(places)("that was stopped before the first of %s has its words again", async (where) => {
    const report = { done: 0, skipped: 0, left_out: [] };
    hostAnswers(() => Promise.resolve({ ...report, left: 2, undo: null, error: null }));
    let failed = 0;
    manyOf(where).note("Prefers mornings", () => failed++);
    await expect.poll(() => failed).toBe(1);
  });
  it.each(places)("that could be written about nobody of %s comes back with its words", async (where) => {
    hostAnswers(() => Promise.reject({ code: "IN_BIN", params: {}, retry: false }));
    const many = manyOf(where);
    dialogs.ask = null;
    const app = mount(Ask, {
      target: document.body,
      props: { asked: { what: "note", many, text: "Prefers mornings" }, onclose: () => (dialogs.ask = null) },
    });
    flushSync();
    document.querySelector("form")!.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
    await expect.poll(() => dialogs.ask).toEqual({ what: "note", many, text: "Prefers mornings" });
    await unmount(app);
  });
});

describe("deeds on many contacts", () => {
  const report = { done: 1, skipped: 0, left: 0, undo: null, error: null, left_out: [] };
  let finish: (() => void)[];
  let deeds: string[];
  beforeEach(() => {
    finish = [];
    deeds = [];
    hostAnswers((_: string, args: unknown) => {
      deeds.push((args as { deed: ContactDeed }).deed.do);
      return new Promise((done) => finish.push(() => done(report)));
    });
  });
  const ids = { what: "ids" as const, ids: ["ana"] };

  it("are done one after the other, none is lost", async () => {
    const doing = new Doing();
    const first = doing.one(ids, { do: "archive" });
    const second = doing.one(ids, { do: "assign", responsible_id: null });
    await expect.poll(() => deeds).toEqual(["archive"]);
    finish[0]!();
    expect(await first).toBe(true);
    await expect.poll(() => deeds).toEqual(["archive", "assign"]);
    finish[1]!();
    expect(await second).toBe(true);
  });
  it("on all that match are not taken meanwhile, which is said: others would match by then", async () => {
    const doing = new Doing();
    const all = { what: "matching", meant: {} } as unknown as ContactTarget;
    const first = doing.one(all, { do: "archive" });
    await expect.poll(() => deeds).toEqual(["archive"]);
    expect(await doing.one(all, { do: "unarchive" })).toBe(false);
    expect(currentToast()?.text).toBe("Wait until what runs now is done");
    finish[0]!();
    expect(await first).toBe(true);
    expect(deeds).toEqual(["archive"]);
  });
});
