// Settings that are kept whole and changed at several places, and rows that go while they are being changed.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { useTransport, type CustomField, type FieldValue, type SaleSettings } from "../src/backend";
import FieldRow from "../src/app/fields/FieldRow.svelte";
import { inTurn, putSaleSettings } from "../src/app/sale-settings";
import { readSale } from "../src/app/sale.svelte";
import { currentToast } from "../src/app/toast.svelte";

let kept: Partial<SaleSettings>;
let open: (() => void)[];
beforeEach(async () => {
  kept = { lost_needs_reason: true, markers: [], bands: [] };
  open = [];
  useTransport({
    async call(command: string, args: unknown) {
      if (command === "get_sale") return { settings: { ...kept }, fields: [], statuses: [], funnels: [], intake: null };
      // What reaches the app is kept once it answers: the second may overtake the first only where nobody waits.
      await new Promise<void>((done) => open.push(done));
      kept = (args as { settings: SaleSettings }).settings;
      return { undo: null };
    },
    listen: () => () => undefined,
    mediaUrl: () => "",
  } as never);
  await readSale();
});

describe("settings of the sale", () => {
  it("that are changed quickly after each other keep both changes", async () => {
    const first = inTurn(() => putSaleSettings({ closes_quiet: { after_h: 24, since_ms: 0 } }));
    const second = inTurn(() => putSaleSettings({ lost_needs_reason: false }));
    await expect.poll(() => open.length).toBe(1);
    open[0]!();
    await first;
    await expect.poll(() => open.length, { message: "the second comes after the first" }).toBe(2);
    open[1]!();
    await second;
    expect(kept.closes_quiet?.after_h).toBe(24);
    expect(kept.lost_needs_reason).toBe(false);
  });
});

describe("a field of a row that goes", () => {
  const field = (kind: CustomField["kind"]): CustomField => ({
    id: "f",
    of: "contact",
    kind,
    name: "Sizes",
    options: [
      { id: "s", name: "Small" },
      { id: "l", name: "Large" },
    ],
    required_at: [],
    position: "V",
  });
  let saved: (FieldValue | null)[];
  let app: Record<string, unknown> | undefined;
  function show(kind: CustomField["kind"], value?: FieldValue) {
    saved = [];
    app = mount(FieldRow, {
      target: document.body,
      props: {
        field: field(kind),
        value,
        save: (next: FieldValue | null) => (saved.push(next), Promise.resolve(null)),
      },
    });
    flushSync();
  }
  afterEach(async () => {
    if (app) await unmount(app);
    app = undefined;
  });
  const leave = async () => {
    await unmount(app!);
    app = undefined;
  };

  it("keeps what is ticked in its list", async () => {
    show("multi_list");
    document.querySelector<HTMLElement>(".choose")!.click();
    flushSync();
    await expect.poll(() => document.querySelectorAll("[role=checkbox], input[type=checkbox]").length).toBe(2);
    document.querySelectorAll<HTMLElement>("[role=checkbox], input[type=checkbox]")[1]!.click();
    flushSync();
    await leave();
    expect(saved).toEqual([{ kind: "multi_list", option_ids: ["l"] }]);
  });
  it("says that what is no number was not kept", async () => {
    show("number", { kind: "number", number: { units: 5, decimals: 0 } });
    const input = document.querySelector("input")!;
    input.focus();
    input.value = "five";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    flushSync();
    await leave();
    expect(saved).toEqual([]);
    await expect.poll(() => currentToast()?.text).toContain("“Sizes” stayed as it was.");
  });
});
