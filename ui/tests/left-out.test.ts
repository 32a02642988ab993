// Whom a deed on many left as they were: by reason in the report, and by name behind "See them".
import { flushSync, mount, unmount } from "svelte";
import { afterEach, expect, it } from "vitest";
import { seeThem } from "../src/app/bulk-leads";
import { dialogs } from "../src/app/dialogs.svelte";
import { leadsAsked, leadsTaken } from "../src/app/leads-asked.svelte";
import LeftOutDialog from "../src/app/LeftOutDialog.svelte";
import { leftHead } from "../src/app/left-out";
import { LOCALES, showLocale } from "../src/app/locale.svelte";
import type { LeftOut, WhyLeft } from "../src/backend";

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
      const said = REASONS.map((why) => leftHead({ why, count, people: [] }));
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
      props: {
        // As the window does it, which lets go of them when it is closed.
        get left() {
          return dialogs.leftOut!;
        },
        onperson: (...who: unknown[]) => asked.push(who),
        onclose: () => {
          asked.push("closed");
          dialogs.leftOut = null;
        },
      },
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
  dialogs.leftOut = left;
  dialog = show();
  flushSync();
  await expect.poll(() => button("Show in the table")).toBeTruthy();
  button("Show in the table").click();
  expect(leadsAsked()?.filters, "who has no lead is in no table of leads").toEqual({ contact_ids: ["rosa", "ana"] });
  await unmount(dialog);
});
