// A picture that can't be shown leaves the initials, and shows again once it is there.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startEvents } from "../src/app/events";
import { ApiError, call, useTransport, type AppEvent } from "../src/backend";
import Avatar from "../src/components/Avatar.svelte";

let tell: (event: AppEvent) => void;
let tried: HTMLImageElement[];
let app: Record<string, unknown> | undefined;
const shown = () => document.querySelector(".avatar img")?.getAttribute("src");
const letters = () => document.querySelector(".avatar")?.textContent.trim();

beforeEach(async () => {
  tried = [];
  vi.stubGlobal("Image", function () {
    const image = document.createElement("img");
    tried.push(image);
    return image;
  });
  useTransport({
    call: () => Promise.reject(new ApiError("UNKNOWN_COMMAND")),
    events: (handler) => ((tell = handler as typeof tell), () => undefined),
    mediaUrl: (hash) => `/media/${hash}`,
    upload: () => Promise.resolve(""),
    pickFiles: () => Promise.resolve([]),
    pickSavePath: () => Promise.resolve(undefined),
  });
  // Addresses are known once the first command has answered.
  await call("get_status").catch(() => undefined);
  startEvents();
  await Promise.resolve();
});
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  vi.unstubAllGlobals();
});

it("a picture that was given up and came again replaces the initials", () => {
  app = mount(Avatar, { target: document.body, props: { name: "Camila Ferreyra", photo: "abc" } });
  flushSync();
  expect(shown()).toBe("/media/abc");
  document.querySelector(".avatar img")!.dispatchEvent(new Event("error"));
  flushSync();
  expect([shown(), letters()], "it is gone").toEqual([undefined, "CF"]);

  tell({ event: "media_given_up" });
  tell({ event: "conversations_changed", ids: [] });
  expect(tried.length, "one try at a time").toBe(1);
  tried[0]!.dispatchEvent(new Event("error"));
  flushSync();
  expect([shown(), letters()], "it has not come yet").toEqual([undefined, "CF"]);

  tell({ event: "conversations_changed", ids: [] });
  expect(tried.map((image) => image.getAttribute("src"))).toEqual(["/media/abc", "/media/abc"]);
  tried[1]!.dispatchEvent(new Event("load"));
  flushSync();
  expect([shown(), letters()], "the same name, the picture again").toEqual(["/media/abc", ""]);
  tell({ event: "conversations_changed", ids: [] });
  expect(tried.length, "what is shown is not tried").toBe(2);
});
