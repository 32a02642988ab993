// Markers are seen on every ground, also the one that says that there is none.
import { flushSync, mount, unmount } from "svelte";
import { expect, it } from "vitest";
import PickMany from "../src/components/PickMany.svelte";
import { markerEntries } from "../src/app/lead-entries";
import { MARKERS, markerName, markerSign } from "../src/lib/sale";

it("the square of no marker is drawn with an edge, and the others as they are", async () => {
  const options = MARKERS.map((value) => ({ value, label: markerName(value), sign: markerSign(value) }));
  const app = mount(PickMany, {
    target: document.body,
    props: { label: "Marker", options, chosen: [], onchange: () => undefined },
  });
  flushSync();
  const rows = [...document.querySelectorAll("label")];
  expect(rows.map((row) => row.querySelector(".square") !== null)).toEqual([true, false, false, false, false, false]);
  expect(rows[0]!.textContent!.trim(), "no white square beside it").toBe("No marker");
  expect(rows[1]!.textContent).toContain("🔥");
  await unmount(app);
});

it("in a menu the sign stands before the name, not in it: drawn as everywhere", () => {
  const entries = markerEntries(undefined, () => undefined);
  expect(entries.map(({ label }) => label)).toEqual(MARKERS.map(markerName));
  expect(entries.map(({ sign }) => sign)).toEqual(MARKERS.map(markerSign));
});

it("in a sentence no marker is a letter, not a picture that is white on white", () => {
  expect(markerSign("none")).not.toMatch(/\ufe0f|\p{Emoji_Presentation}/u);
});
