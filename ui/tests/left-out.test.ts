// Whom a deed on many left as they were: by reason in the report, and by name behind "See them".
import { flushSync, mount, unmount } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { sayWithThem } from "../src/app/bulk-leads";
import { seeThem } from "../src/app/left-out";
import { dialogs } from "../src/app/dialogs.svelte";
import { leadsAsked, leadsTaken } from "../src/app/leads-asked.svelte";
import LeftOutDialog from "../src/app/LeftOutDialog.svelte";
import { leftWords } from "../src/app/left-out";
import { LOCALES, showLocale } from "../src/app/locale.svelte";
import { currentToast, toast, TOAST_MS } from "../src/app/toast.svelte";
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
  expect(document.body.textContent, "who has no name any more is nobody to look for").not.toContain("others");
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

describe("under the names of a reason", () => {
  const people = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ contact_id: `c${at}`, name: `Maria ${at}` }));
  const saidUnder = async (left: LeftOut[]) => {
    const dialog = mount(LeftOutDialog, {
      target: document.body,
      props: { left, onperson: () => undefined, onclose: () => undefined },
    });
    flushSync();
    await expect.poll(() => document.querySelectorAll("h3")).toHaveLength(left.length);
    const said = [...document.querySelectorAll("section")].map((one) => one.querySelector("p")?.textContent.trim());
    await unmount(dialog);
    return said;
  };

  it("there are no others where all of them are named, however many of their leads were meant", async () => {
    expect(await saidUnder([{ why: { why: "closed" }, count: 3, people: people(1) }])).toEqual([undefined]);
  });
  it("there are others where a report has no room for more names", async () => {
    const left: LeftOut[] = [
      { why: { why: "closed" }, count: 400, people: people(400) },
      { why: { why: "no_lead" }, count: 900, people: people(1000).slice(400) },
    ];
    expect(await saidUnder(left)).toEqual([undefined, "and others"]);
  });
});

it("keeps a report of those that were left out until it is dismissed or the next one comes", async () => {
  const toaster = mount(Toaster, { target: document.body });
  const left: LeftOut[] = [{ why: { why: "closed" }, count: 1, people: [{ contact_id: "rosa", name: "Rosa" }] }];
  vi.useFakeTimers();
  try {
    sayWithThem("2 done · 1 closed lead was skipped", null, left);
    flushSync();
    vi.advanceTimersByTime(10 * TOAST_MS);
    expect(currentToast()?.text, "nowhere else is it to be read").toBe("2 done · 1 closed lead was skipped");
    sayWithThem("3 done", null, []);
    flushSync();
    expect(currentToast()?.text).toBe("3 done");
    vi.advanceTimersByTime(TOAST_MS);
    expect(currentToast(), "where all was done nothing is left to read").toBeUndefined();
  } finally {
    vi.useRealTimers();
    await unmount(toaster);
  }
});
