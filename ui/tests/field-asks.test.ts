// What is asked about fields of one's own: by a stage, and before one is deleted.
import { flushSync, mount, unmount } from "svelte";
import { beforeEach, expect, it } from "vitest";
import AskFields from "../src/app/fields/AskFields.svelte";
import { dialogs } from "../src/app/dialogs.svelte";
import { askFields } from "../src/app/leads";
import { type CustomField, type Lead } from "../src/backend";
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
