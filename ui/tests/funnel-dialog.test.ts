// Who of the team sees a funnel (FUN-15), in the dialog of the funnel.
import { flushSync, mount, tick, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readSale } from "../src/app/sale.svelte";
import { useTransport, type FunnelView } from "../src/backend";
import FunnelDialog from "../src/features/sale/FunnelDialog.svelte";

const member = (id: string, role: string) => ({ id, name: id, role, is_me: role === "owner", away: false });
const view = (seen_by?: string[]): FunnelView => ({
  funnel: { id: "f", name: "Weddings", color: "#aa3366", is_main: false, position: "V", ...(seen_by && { seen_by }) },
  stages: [{ id: "s", funnel_id: "f", name: "Visit", color: "#aa3366", position: "V" }],
});
let saved: { funnel: { seen_by?: string[] } } | undefined;
let stop = () => undefined as void;

async function open(members: ReturnType<typeof member>[], seen_by?: string[]) {
  useTransport({
    call: (command: string, args: unknown) => {
      if (command === "save_funnel") saved = args as typeof saved;
      if (command === "get_sale")
        return Promise.resolve({
          ...{ statuses: [], sources: [], reasons: [], fields: [], lines: [], members, settings: {} },
          funnels: [view(seen_by)],
        });
      return Promise.resolve([]);
    },
    events: () => () => undefined,
    mediaUrl: () => "",
    upload: () => Promise.resolve(""),
    pickFiles: () => Promise.resolve([]),
    pickSavePath: () => Promise.resolve(undefined),
  });
  await readSale();
  const onclose = vi.fn();
  const dialog = mount(FunnelDialog, { target: document.body, props: { view: view(seen_by), onclose } });
  stop = () => void unmount(dialog);
  flushSync();
  await tick();
  return onclose;
}
const input = (label: string) =>
  [...document.querySelectorAll<HTMLInputElement>("input[type=checkbox], input[type=radio]")].find(
    (one) => one.getAttribute("aria-label") === label || one.closest("label")?.textContent?.trim() === label,
  );
function press(label: string) {
  input(label)!.click();
  flushSync();
}
const submit = () => document.querySelector("form")!.dispatchEvent(new SubmitEvent("submit", { cancelable: true }));

beforeEach(() => (saved = undefined));
afterEach(() => {
  stop();
  document.body.replaceChildren();
});

describe("who sees a funnel", () => {
  const team = [member("Ana", "owner"), member("Bia", "seller"), member("Caio", "seller"), member("Dani", "admin")];

  it("is asked about those only who do not see all of them anyway, and somebody has to be named", async () => {
    const onclose = await open(team);
    press("Only these");
    expect(["Ana", "Bia", "Caio", "Dani"].filter((name) => input(name))).toEqual(["Bia", "Caio"]);
    submit();
    await tick();
    expect(saved, "nobody is named yet").toBeUndefined();
    press("Caio");
    press("Bia");
    submit();
    await vi.waitFor(() => expect(onclose).toHaveBeenCalled());
    expect(saved?.funnel.seen_by).toEqual(["Bia", "Caio"]);
  });
  it("is everybody again", async () => {
    const onclose = await open(team, ["Bia"]);
    expect(input("Bia")?.checked).toBe(true);
    press("Everybody");
    submit();
    await vi.waitFor(() => expect(onclose).toHaveBeenCalled());
    expect(saved?.funnel.seen_by).toEqual([]);
  });
  it("is not asked of who works alone", async () => {
    await open([member("Ana", "owner")]);
    expect(input("Everybody")).toBeUndefined();
  });
});

it("goes to the next stage by Enter, makes one where none is, and keeps them by Ctrl+Enter", async () => {
  const onclose = await open([member("Ana", "owner")]);
  const stages = () => [...document.querySelectorAll<HTMLInputElement>("input.stage")];
  const enter = async (at: number, ctrlKey = false) => {
    stages()[at]!.dispatchEvent(
      new KeyboardEvent("keydown", { key: "Enter", ctrlKey, bubbles: true, cancelable: true }),
    );
    flushSync();
    await tick();
  };
  await enter(0);
  expect(stages(), "one stage after the other, without a way to the button").toHaveLength(2);
  expect(document.activeElement).toBe(stages()[1]);
  await enter(1);
  expect(stages(), "an empty one is enough").toHaveLength(2);
  stages()[1]!.value = "Offer";
  stages()[1]!.dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
  await enter(0);
  expect(document.activeElement, "to the one that stands there already").toBe(stages()[1]);
  expect(saved).toBeUndefined();
  await enter(1, true);
  await expect.poll(() => onclose.mock.calls.length, { message: "kept and closed" }).toBe(1);
  expect(saved).toBeDefined();
});
