// What a row of the inbox says of a sale: the stage where it adds something, what is planned, in every density (INB-06).
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { InboxRow, NextFollowUp, RowLead } from "../src/backend";
import { setHubNow } from "../src/app/clock.svelte";
import { readSale } from "../src/app/sale.svelte";
import { showDensity } from "../src/app/theme.svelte";
import Row from "../src/features/inbox/InboxRow.svelte";
import { rowLabel } from "../src/features/inbox/label";
import { m } from "../src/paraglide/messages.js";
import { hostAnswers } from "./transport";

const HOUR_MS = 3_600_000;
const NOW = new Date(2026, 10, 27, 12).getTime();
const status = (id: string) => ({ id, name: id, color: "#2f6fdb", category: "open", position: id });
const stage = (id: string, bound_status_id: string | null, funnel_id: string | null = "sales") => ({
  id,
  name: id.split("/")[0]!,
  color: "#2f6fdb",
  position: id,
  bound_status_id,
  funnel_id,
});
const SALE = {
  statuses: [status("New"), status("Contacted")],
  intake: stage("Unsorted", null, null),
  funnels: [
    {
      funnel: { id: "sales", name: "Sales" },
      stages: [stage("Talk", "Contacted"), stage("Offer", null), stage("Contacted/2", null)],
    },
  ],
  sources: [],
  reasons: [],
  fields: [],
  members: [],
  settings: { markers: [], bands: [] },
};
const row = (lead: Partial<RowLead> | null, next_follow_up: NextFollowUp | null = null) =>
  ({
    id: "chat",
    name: "Maria",
    line: { id: "l", type: "simulator", name: "Shop", color: "#8a8f98", connected: true },
    state: { state: "open" },
    blocked: false,
    last_at_ms: NOW,
    preview: null,
    unread: 0,
    manual_unread: false,
    window_closes_at_ms: null,
    draft_text: null,
    failed_count: 0,
    photo: null,
    is_customer: false,
    tags: [{ id: "vip", name: "VIP", color: "#b3362b" }],
    next_follow_up,
    lead: lead && {
      id: "lead",
      status_id: "Contacted",
      stage_id: "Offer",
      marker: "urgent",
      is_closed: false,
      ...lead,
    },
  }) as unknown as InboxRow;
const due = (at_ms: number): NextFollowUp =>
  ({ id: "f", kind: "task", due_at_ms: at_ms, state: { state: "scheduled" } }) as unknown as NextFollowUp;

let app: Record<string, unknown> | undefined;
beforeEach(async () => {
  setHubNow(NOW);
  hostAnswers((command) => (command === "get_sale" ? SALE : undefined));
  await readSale();
});
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  showDensity("comfortable");
});
async function draw(of: InboxRow): Promise<HTMLElement> {
  if (app) await unmount(app);
  const nothing = () => undefined;
  app = mount(Row, {
    target: document.body,
    props: {
      row: of,
      id: "r",
      index: 0,
      chosen: false,
      cursor: false,
      picked: false,
      picking: false,
      onopen: nothing,
      onpick: nothing,
      onmenu: nothing,
    },
  });
  flushSync();
  return document.querySelector<HTMLElement>("[role=row]")!;
}
const drawn = async (of: InboxRow, part: string) => (await draw(of)).querySelector<HTMLElement>(part);

it("a row says the stage where it says more than the lead status", async () => {
  const offer = row({});
  expect((await drawn(offer, ".status"))?.textContent).toMatch(/^Contacted\s+· Offer$/);
  expect((await drawn(offer, ".status"))?.dataset["tip"]).toBe("Lead status: Contacted\nStage: Offer");
  expect(rowLabel(offer)).toContain("Lead status: Contacted, Stage: Offer");
});

it("a row leaves out a stage that says nothing new", async () => {
  const silent: [Partial<RowLead>, string][] = [
    [{ stage_id: "Talk" }, "its own status"],
    [{ stage_id: "Contacted/2" }, "the same word"],
    [{ stage_id: "Unsorted" }, "not in a funnel yet"],
    [{ is_closed: true }, "closed: in no stage any more"],
  ];
  for (const [lead, why] of silent) {
    expect((await drawn(row(lead), ".status"))?.textContent, why).toBe("Contacted");
    expect(rowLabel(row(lead)), why).not.toContain("Stage:");
  }
  const other = row({ status_id: "New", stage_id: "Talk" });
  expect(rowLabel(other), "bound to another status than it has").toContain("Lead status: New, Stage: Talk");
});

it("what is planned for later is a quiet clock that says when, and what is late says so", async () => {
  const later = row({}, due(NOW + 2 * HOUR_MS));
  const clock = await drawn(later, ".due");
  expect(clock?.textContent.trim(), "no words").toBe("");
  expect(clock?.className).not.toContain("overdue");
  expect(clock?.dataset["tip"]).toContain("Task:");
  expect(rowLabel(later)).toContain(m.follow_label({ when: "" }).trim());
  const late = await drawn(row({}, due(NOW - HOUR_MS)), ".due");
  expect(late?.textContent.trim()).toBe("Overdue");
  expect(await drawn(row({}), ".due"), "nothing planned").toBeNull();
});

it("in the compact list the marker and the lead status stay, the status as a dot that says its name", async () => {
  showDensity("compact");
  expect(await drawn(row({}), ".marker")).not.toBeNull();
  const dot = await drawn(row({}), ".dot");
  expect(dot?.dataset["tip"]).toBe("Lead status: Contacted\nStage: Offer");
  expect(await drawn(row(null), ".dot"), "without a lead there is no status").toBeNull();
});

it("the sentence of a row names its tags, which not every density draws", () => {
  expect(rowLabel(row({}))).toContain(m.board_label_tags({ names: "VIP" }));
});
