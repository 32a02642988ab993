// What is asked about fields of one's own: by a stage, and before one is deleted.
import { flushSync, mount, unmount } from "svelte";
import { beforeEach, expect, it } from "vitest";
import AskFields from "../src/app/fields/AskFields.svelte";
import { fillFields } from "../src/app/fields/fill";
import FieldList from "../src/app/fields/FieldList.svelte";
import { dialogs } from "../src/app/dialogs.svelte";
import { askFields } from "../src/app/leads";
import { readSale } from "../src/app/sale.svelte";
import { currentToast, dismissToast } from "../src/app/toast.svelte";
import { type CustomField, type FieldKind, type Filled, type Lead } from "../src/backend";
import FieldDialog from "../src/features/sale/FieldDialog.svelte";
import FieldDelete from "../src/features/sale/FieldDelete.svelte";
import { hostAnswers } from "./transport";

let asked: string[];
let answers: ((answer: unknown) => void)[];
beforeEach(() => {
  asked = [];
  answers = [];
  dialogs.fields = null;
  hostAnswers((command: string) => {
    asked.push(command);
    return new Promise((done) => answers.push(done));
  });
});
const later = async () => {
  await new Promise((next) => setTimeout(next));
  flushSync();
};
const needed = { code: "FIELDS_NEEDED", params: { stage_id: "s1", field_ids: '["f1"]' }, retry: false };
const lead = (contact_id: string) => ({ id: `lead of ${contact_id}`, contact_id }) as Lead;

it("what a stage wants is asked at once, and says whose it is when that comes", async () => {
  expect(askFields(needed, lead("ana"), {}, "Moved")).toBe(true);
  expect(dialogs.fields).toMatchObject({ lead: { contact_id: "ana" }, stage_id: "s1" });
  const app = mount(AskFields, {
    target: document.body,
    props: { asked: dialogs.fields!, onclose: () => (dialogs.fields = null) },
  });
  await later();
  expect(document.body.textContent).toContain("Fill in the details of …");
  answers[0]!({ display_name: "Ana" });
  await later();
  expect(document.body.textContent).toContain("Fill in the details of Ana");
  await unmount(app);
});

it("a name that comes late is not given to somebody else who is asked about by then", async () => {
  askFields(needed, lead("ana"), {}, "Moved");
  askFields(needed, lead("bruno"), {}, "Moved");
  await later();
  answers[0]!({ display_name: "Ana" });
  await later();
  expect(dialogs.fields).toMatchObject({ lead: { contact_id: "bruno" }, name: "" });
  dialogs.fields = null;
  answers[1]!({ display_name: "Bruno" });
  await later();
  expect(dialogs.fields, "what was closed stays closed").toBeNull();
});

it("a field is not deleted before it was counted what goes with it", async () => {
  const field = { id: "f1", name: "Size", of: "contact" } as CustomField;
  const app = mount(FieldDelete, { target: document.body, props: { field, onclose: () => undefined } });
  flushSync();
  const button = (name: string) =>
    [...document.querySelectorAll("button")].find((one) => one.textContent?.trim() === name);
  const early = button("Delete")!;
  expect(early.dataset["tip"]).toBe("Counting who has it");
  early.click();
  await later();
  expect(asked).toEqual(["list_use_counts"]);
  answers[0]!([{ id: "f1", leads: 0, contacts: 3 }]);
  await later();
  button("Delete with its values")!.click();
  await later();
  expect(asked).toEqual(["list_use_counts", "delete_field"]);
  await unmount(app);
});

const field = (id: string, kind: FieldKind, name: string, of: CustomField["of"] = "contact"): CustomField => ({
  ...{ id, of, kind, name, position: id, options: [{ id: "o1", name: "Red" }] },
  required_at: ["s1"],
});
/** A workspace with these fields, and what it answers to the rest. */
async function workspace(fields: CustomField[], answer: Record<string, unknown> = {}) {
  const said: [string, unknown][] = [];
  hostAnswers((command, args) => {
    said.push([command, args]);
    const sale = { statuses: [], sources: [], reasons: [], members: [], settings: {}, fields };
    const funnels = [{ funnel: { id: "u1", name: "Sales" }, stages: [{ id: "s1", name: "Qualified" }] }];
    return command === "get_sale" ? { ...sale, funnels } : (answer[command] ?? {});
  });
  await readSale();
  return said;
}

it("says by name what is missing, beside the button that waits for it, and begins at the first", async () => {
  const said = await workspace([
    field("f1", "list", "Color"),
    field("f2", "checkbox", "Invoice"),
    field("f3", "text", "Taste"),
  ]);
  const asked = {
    lead: lead("ana"),
    patch: {},
    label: "Moved",
    stage_id: "s1",
    name: "Ana",
    field_ids: ["f1", "f2", "f3"],
  };
  const app = mount(AskFields, { target: document.body, props: { asked, onclose: () => undefined } });
  await later();
  const go = [...document.querySelectorAll("button")].find((one) => one.textContent?.trim() === "Save and move")!;
  const why = () => document.getElementById(go.getAttribute("aria-describedby")!)!.textContent;
  expect(why()).toBe("Still missing: Color, Invoice, Taste");
  expect(go.dataset["tip"], "the same under the pointer").toBe(why());
  expect(go.ariaDisabled).toBe("true");
  expect(document.activeElement?.closest<HTMLElement>("[data-field]")?.dataset["field"], "the first of them").toBe(
    "f1",
  );

  const invoice = document.querySelector<HTMLButtonElement>("[data-field=f2] [role=switch]")!;
  const must = document.getElementById(invoice.getAttribute("aria-describedby")!);
  expect(must?.textContent, "off is no answer to it").toBe("has to be on");
  invoice.click();
  flushSync();
  expect(document.querySelector("[data-field=f2]")!.textContent).not.toContain("has to be on");
  expect(why()).toBe("Still missing: Color, Taste");

  // What is being typed counts already, so that the button is there to be pressed.
  const taste = document.querySelector<HTMLTextAreaElement>("[data-field=f3] textarea")!;
  taste.focus();
  taste.value = "Blue chairs";
  taste.dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
  expect(why()).toBe("Still missing: Color");
  expect(said.some(([command]) => command === "fill_and_change")).toBe(false);
  await unmount(app);
});

it("a checkbox that a stage asks for says that off counts as empty", async () => {
  await workspace([]);
  const props = { of: "contact" as const, onclose: () => undefined };
  for (const [kind, words] of [
    ["checkbox", "until it is on: off counts as empty"],
    ["text", "while it is empty"],
  ] as const) {
    const app = mount(FieldDialog, { target: document.body, props: { ...props, field: field("f1", kind, "Invoice") } });
    await later();
    expect(document.body.textContent).toContain(words);
    await unmount(app);
    await later();
  }
});

const kept: Filled[] = [{ field_id: "f0", value: { kind: "text", text: "Ele" } }];
it("one press brings the keys into the first field that is empty, also out of those that are folded away", async () => {
  const fields = ["f0", "f1", "f2", "f3", "f4"].map((id) => field(id, "text", id));
  await workspace(fields, { get_contact: { fields: kept }, list_leads_of_contact: [] });
  const props = { contact_id: "ana", fields, filled: kept, save: () => Promise.resolve(null) };
  const app = mount(FieldList, { target: document.body, props });
  await later();
  expect(document.querySelectorAll("[data-field]"), "the empty ones are folded away").toHaveLength(1);
  await fillFields("ana");
  await later();
  expect(document.activeElement?.closest<HTMLElement>("[data-field]")?.dataset["field"]).toBe("f1");
  await unmount(app);
});

it("where only an open lead has fields and there is none, that is said", async () => {
  const closed = { state: { closed: {} } };
  await workspace([field("f1", "text", "Size", "lead")], {
    get_contact: { fields: [] },
    list_leads_of_contact: [closed],
  });
  await fillFields("ana");
  expect(currentToast()?.text).toContain("no lead is open");
  dismissToast();
});
