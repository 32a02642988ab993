// Saved views: what a list says and means, when it is another than it was saved as, and how views are opened (INB-12).
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { useTransport, type SaidView, type SavedViewItem } from "../src/backend";
import { actionById, conflicts, keysOf, runAction, setRemapped } from "../src/app/actions.svelte";
import { viewAsked, viewTaken } from "../src/app/asked.svelte";
import { startEvents } from "../src/app/events";
import { currentScreen, go } from "../src/app/route.svelte";
import { keyOfView, savedViews, startSavedViews } from "../src/app/saved-views.svelte";
import { datesText, filterCount, FIRST_VIEW, isSame, NO_FILTER, viewOf, wholeView } from "../src/features/inbox/view";

const at = (day: number, hour = 0) => new Date(2026, 10, day, hour).getTime();
const said = (patch: Partial<SaidView>): SaidView => ({ ...FIRST_VIEW, ...patch });

describe("a list as it is said", () => {
  const now = at(28, 15);
  const asked = (patch: Partial<SaidView>) => {
    const { since_ms, until_ms } = viewOf(said(patch), now).filter;
    return { since_ms, until_ms };
  };

  it("becomes moments when it is read", () => {
    expect(asked({})).toEqual({ since_ms: null, until_ms: null });
    expect(asked({ dates: { is: "last_days", days: 3 } })).toEqual({ since_ms: at(25, 15), until_ms: null });
    const days = { is: "between", from: "2026-11-03", to: "2026-11-05" } as const;
    expect(asked({ dates: days }), "the last day is inside").toEqual({ since_ms: at(3), until_ms: at(6) });
    expect(asked({ dates: { ...days, from: null } })).toEqual({ since_ms: null, until_ms: at(6) });
    expect("dates" in viewOf(said({}), now), "the app knows moments only").toBe(false);
  });

  it("counts a range of days as one filter, and one without an end as none", () => {
    expect(filterCount(said({ dates: { is: "between", from: null, to: null } }))).toBe(0);
    expect(filterCount(said({ dates: { is: "between", from: "2026-11-03", to: null } }))).toBe(1);
    expect(filterCount(said({ dates: { is: "last_days", days: 7 } }))).toBe(1);
  });

  it("has no moments left of what an older memory kept", () => {
    const filter = { ...NO_FILTER, since_ms: at(1), has_draft: true };
    const whole = wholeView({ scope: "closed", filter });
    expect(whole).toEqual(said({ scope: "closed", filter: { ...NO_FILTER, has_draft: true } }));
  });

  it("is the same whatever was chosen first, and another with any part changed", () => {
    const one = said({ filter: { ...NO_FILTER, tag_ids: ["a", "b"] } });
    const other = said({ filter: { ...NO_FILTER, tag_ids: ["b", "a"] } });
    expect(isSame(one, other)).toBe(true);
    expect(isSame(one, { ...one, dates: { is: "between", from: null, to: null } }), "no day is said").toBe(true);
    const changes: Partial<SaidView>[] = [
      { scope: "closed" },
      { tab: "unread" },
      { order: "marker" },
      { dates: { is: "last_days", days: 7 } },
      { filter: { ...one.filter, line_ids: ["l"] } },
      { filter: { ...one.filter, all_tags: true } },
      { filter: { ...one.filter, tag_ids: ["a"] } },
    ];
    for (const change of changes) expect(isSame(one, { ...one, ...change }), JSON.stringify(change)).toBe(false);
  });

  it("says its days", () => {
    expect(datesText({ is: "last_days", days: 1 })).toBe("Last 24 hours");
    expect(datesText({ is: "last_days", days: 30 })).toBe("Last 30 days");
    expect(datesText({ is: "between", from: "2026-11-03", to: "2026-11-05" })).toMatch(/3.*2026.*5.*2026/);
    expect(datesText({ is: "between", from: null, to: null })).toBeNull();
  });
});

describe("a saved view", () => {
  let views: SavedViewItem[];
  let tell: (event: never) => void;
  let stops: (() => void)[];
  const view = (id: string, digit: number | null, shows: SaidView | null = FIRST_VIEW): SavedViewItem => ({
    id,
    name: `View ${id}`,
    digit,
    shows,
  });

  beforeEach(() => {
    views = [view("a", 1), view("b", null), view("c", 9, null)];
    useTransport({
      call: (command) => Promise.resolve((command === "list_saved_views" ? views : null) as never),
      events: (listener) => {
        tell = listener as typeof tell;
        return () => undefined;
      },
      mediaUrl: () => "",
      upload: () => Promise.resolve(""),
      pickFiles: () => Promise.resolve([]),
      pickSavePath: () => Promise.resolve(undefined),
    });
    stops = [startEvents(), startSavedViews()];
  });
  afterEach(() => {
    stops.forEach((stop) => stop());
    setRemapped({});
    viewTaken();
  });
  const changed = async (next: SavedViewItem[]) => {
    views = next;
    tell({ event: "saved_views_changed" } as never);
    await expect.poll(savedViews).toEqual(next);
  };

  it("is an action with its key, from every screen", async () => {
    await expect.poll(() => actionById("view.key-1")?.title()).toBe("View: View a");
    expect(keysOf("view.key-1")).toEqual(["mod+1"]);
    expect(actionById("view.open.b")?.passing, "no key is given to what comes and goes").toBe(true);
    expect(actionById("view.key-2"), "who has none there sees none").toBeUndefined();
    expect(conflicts().size).toBe(0);
    go("leads");
    expect(runAction("view.key-1")).toBe(true);
    expect([viewAsked(), currentScreen()]).toEqual([{ saved: "a" }, "inbox"]);
    viewTaken();
    expect(runAction("view.key-9"), "what a newer version saved is not shown in part").toBe(false);
  });

  it("keeps the key that the person gave to its place", async () => {
    await expect.poll(() => actionById("view.key-1")).toBeDefined();
    setRemapped({ "view.key-1": ["alt+1"] });
    expect(keyOfView(views[0]!)).toBe("alt+1");
    await changed([view("b", 1), view("a", null)]);
    await expect.poll(() => actionById("view.key-1")?.title()).toBe("View: View b");
    expect([keyOfView(views[0]!), keyOfView(views[1]!)]).toEqual(["alt+1", undefined]);
    await changed([]);
    await expect.poll(() => actionById("view.key-1"), { message: "gone with its view" }).toBeUndefined();
  });
});
