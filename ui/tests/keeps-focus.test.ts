// What goes with the focus in it gives the focus to what stands in its place.
import { afterEach, beforeEach, expect, it } from "vitest";
import { keepsFocus } from "../src/app/keeps-focus";
import { afterPaint } from "../src/lib/frames";

let stop: () => void;
const root = () => document.querySelector<HTMLElement>("main")!;
const by = (id: string) => document.getElementById(id)!;
beforeEach(() => {
  const row = (at: number) => `<li id="row${at}"><input id="name${at}"><button id="bin${at}"></button></li>`;
  const page = `<nav><button id="rail"></button></nav><main tabindex="0"><button id="add"></button><ul>${[1, 2, 3].map(row).join("")}</ul></main><div><button id="sure"></button></div>`;
  document.body.replaceChildren(...new DOMParser().parseFromString(page, "text/html").body.children);
  stop = keepsFocus(root());
});
afterEach(() => (stop(), document.body.replaceChildren()));
const painted = () => new Promise<void>((done) => afterPaint(() => afterPaint(done)));
async function nowAt() {
  await painted();
  return document.activeElement?.id || document.activeElement?.tagName;
}

it("goes to the same thing of the next row, of the one before the last, and to what is left in the end", async () => {
  by("bin2").focus();
  by("row2").remove();
  expect(await nowAt()).toBe("bin3");
  by("row3").remove();
  expect(await nowAt()).toBe("bin1");
  by("row1").remove();
  expect(await nowAt()).toBe("add");
  by("add").remove();
  expect(await nowAt(), "nothing is left in it").toBe("MAIN");
});

it("goes there also after a dialog that asked, which is gone later", async () => {
  by("bin1").focus();
  by("sure").focus();
  by("row1").remove();
  expect(await nowAt(), "the dialog has it").toBe("sure");
  by("sure").remove();
  expect(await nowAt()).toBe("bin2");
});

it("leaves alone whoever is elsewhere, or wanted nothing there", async () => {
  by("bin1").focus();
  by("rail").focus();
  by("row1").remove();
  expect(await nowAt()).toBe("rail");
  by("bin2").focus();
  by("bin2").blur();
  await painted();
  by("row2").remove();
  expect(await nowAt()).toBe("BODY");
});
