// Whom a deed on many left as they were: by reason in the report, and by name behind "See them".
import { flushSync, mount, unmount } from "svelte";
import { afterEach, expect, it } from "vitest";
import { seeThem } from "../src/app/bulk-leads";
import { dialogs } from "../src/app/dialogs.svelte";
import { leadsAsked, leadsTaken } from "../src/app/leads-asked.svelte";
import LeftOutDialog from "../src/app/LeftOutDialog.svelte";
import { leftWords } from "../src/app/left-out";
import { LOCALES, showLocale } from "../src/app/locale.svelte";
import { currentToast, toast } from "../src/app/toast.svelte";
import { toastPlace } from "../src/app/toast-place.svelte";
import type { LeftOut, WhyLeft } from "../src/backend";
import Toaster from "../src/components/Toaster.svelte";

afterEach(() => {
  showLocale("en");
  dialogs.leftOut = null;
  leadsTaken();
});

const REASONS: WhyLeft[] = [
  { why: "closed" },
  { why: "no_lead" },
  { why: "already_active" },
  { why: "not_archived" },
  { why: "unfilled", field_ids: ["size"] },
  { why: "queued" },
  { why: "no_way" },
  { why: "refused", refusal: { code: "REASON_NEEDED" } },
  { why: "same" },
];

it("each reason has words of its own in every language, for one and for several", () => {
  for (const locale of LOCALES) {
    showLocale(locale);
    for (const count of [1, 3]) {
      const said = REASONS.map((why) => leftWords({ why, count, people: [] }));
      expect(new Set(said).size, `${locale}: ${said.join(", ")}`).toBe(REASONS.length);
      for (const words of said) expect(words, locale).toMatch(new RegExp(`(^|\\D)${count}\\D[^{}]*[^.{}]$`));
    }
  }
});

it("shows all of them with their reason, each one press away, and those with leads in the table", async () => {
  const left: LeftOut[] = [
    { why: { why: "closed" }, count: 1, people: [{ contact_id: "rosa", name: "Rosa" }] },
    { why: { why: "no_lead" }, count: 1, people: [{ contact_id: "cid", name: "Cid" }] },
    {
      why: { why: "refused", refusal: { code: "NOT_FOUND" } },
      count: 3,
      people: [{ contact_id: "ana", name: "Ana" }],
    },
  ];
  expect(
    seeThem([{ why: { why: "same" }, count: 4, people: [] }]),
    "of nobody there is nothing to see",
  ).toBeUndefined();
  seeThem(left)!.run();
  expect(dialogs.leftOut).toEqual(left);
  const asked: unknown[] = [];
  const show = () =>
    mount(LeftOutDialog, {
      target: document.body,
      props: { left, onperson: (...who: unknown[]) => asked.push(who), onclose: () => asked.push("closed") },
    });
  const button = (name: string) =>
    [...document.querySelectorAll("button")].find((one) => one.textContent.trim() === name)!;
  let dialog = show();
  flushSync();
  await expect.poll(() => [...document.querySelectorAll("h3")].map((one) => one.textContent)).toHaveLength(3);
  expect(document.body.textContent, "and how many have no name any more").toContain("2 more");
  button("Cid").click();
  expect(asked).toEqual(["closed", ["cid", "Cid"]]);
  await unmount(dialog);
  // As the app draws it: closed, it is about nobody.
  dialog = mount(LeftOutDialog, {
    target: document.body,
    props: {
      get left() {
        return dialogs.leftOut!;
      },
      onperson: () => undefined,
      onclose: () => (dialogs.leftOut = null),
    },
  });
  flushSync();
  await expect.poll(() => button("Show in the table")).toBeTruthy();
  button("Show in the table").click();
  expect(leadsAsked()?.filters, "who has no lead is in no table of leads").toEqual({ contact_ids: ["rosa", "ana"] });
  await unmount(dialog);
});

it("begins each reason with how many, which no sentence does in lower case", () => {
  for (const locale of LOCALES) {
    showLocale(locale);
    for (const why of REASONS) expect(leftWords({ why, count: 3, people: [] }), locale).toMatch(/^3 /);
  }
});

it("has the toast with Undo wait behind the dialog, and come back after it", async () => {
  const left: LeftOut[] = [{ why: { why: "closed" }, count: 1, people: [{ contact_id: "rosa", name: "Rosa" }] }];
  const toaster = mount(Toaster, { target: document.body });
  toast("Moved", { action: seeThem(left) });
  flushSync();
  [...document.querySelectorAll("button")].find((one) => one.textContent.trim() === "See them")!.click();
  flushSync();
  expect(dialogs.leftOut).toEqual(left);
  const dialog = mount(LeftOutDialog, {
    target: document.body,
    props: { left, onperson: () => undefined, onclose: () => (dialogs.leftOut = null) },
  });
  flushSync();
  expect(toastPlace.waits, "nothing lies over the names").toBe(true);
  await unmount(dialog);
  expect(toastPlace.waits).toBe(false);
  expect(currentToast()?.text, "what was done can still be taken back").toBe("Moved");
  await unmount(toaster);
});
