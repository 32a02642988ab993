// The menu of the picked cards: all of it is about all of them.
import { expect, it } from "vitest";
import { dialogs } from "../src/app/dialogs.svelte";
import { readSale } from "../src/app/sale.svelte";
import type { Many } from "../src/app/whom.svelte";
import type { MenuEntry, MenuItem } from "../src/components/menu";
import { manyEntries } from "../src/features/board/many-entries";
import { hostAnswers } from "./transport";

const status = (id: string, name: string, category: string) => ({ id, name, code: null, color: "#123456", category });
const stage = (id: string, name: string) => ({ id, name, code: null, color: "#123456", funnel_id: "f", position: id });
const items = (entries: readonly MenuEntry[]): MenuItem[] =>
  entries.flatMap((entry) => (entry.kind === "branch" ? items(entry.entries) : "run" in entry ? [entry] : []));

it("does each of its deeds to all that are picked, and names how many they are", async () => {
  hostAnswers((command) =>
    command === "get_sale"
      ? {
          statuses: [status("s1", "Talking", "open"), status("s2", "Bought", "won")],
          intake: null,
          funnels: [
            { funnel: { id: "f", name: "Sales", code: null, color: "#123456" }, stages: [stage("g1", "Offer")] },
          ],
          members: [{ id: "m1", name: "Ana", is_me: true, away: false }],
          sources: [],
          reasons: [],
          fields: [],
          settings: { markers: [], bands: [] },
        }
      : [],
  );
  await readSale();
  const did: unknown[] = [];
  const many: Many = {
    count: 4,
    target: { what: "ids", ids: ["a", "b", "c", "d"] },
    change: (patch) => (did.push(patch), Promise.resolve()),
    tag: () => undefined,
    note: () => undefined,
    plan: () => undefined,
  };
  const deeds = {
    lift: () => did.push("lift"),
    close: (category: string) => did.push(category),
    load: () => undefined,
  };
  const entries = manyEntries(many, deeds);
  expect(entries[0], "it says whom it is about").toEqual({ kind: "caption", label: "4 leads" });
  const press = (label: string) => {
    const found = items(entries).filter((item) => item.label === label);
    expect(found, label).toHaveLength(1);
    found[0]!.run();
  };
  press("Move with the keyboard");
  press("Offer");
  press("Urgent");
  press("Talking");
  press("Ana");
  press("Won");
  press("Lost");
  press("Archive");
  expect(did).toEqual([
    "lift",
    { stage: { stage_id: "g1" } },
    { marker: "urgent" },
    { status: { status_id: "s1" } },
    { responsible_id: "m1" },
    "won",
    "lost",
    "archived",
  ]);
  press("Tags of the selected");
  expect(dialogs.ask).toMatchObject({ what: "tags", many: { count: 4 } });
  press("Add a note…");
  expect(dialogs.ask).toMatchObject({ what: "note", many: { count: 4 } });
  press("Schedule a follow-up");
  expect(dialogs.followUps?.count).toBe(4);
});
