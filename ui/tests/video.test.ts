// A video in the viewer: what can't be played is said, and its bytes are not kept.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useTransport, type Body, type MessageView } from "../src/backend";
import VideoPlayer from "../src/features/thread/VideoPlayer.svelte";
import { m } from "../src/paraglide/messages.js";

const MIB = 1024 * 1024;
let asked: string[];
let called: string[];
let freed: string[];
let app: Record<string, unknown> | undefined;

async function show(size_bytes: number, allowed: string[]) {
  const body = { kind: "media", media: "video", file: { mime: "video/mp4", size_bytes } };
  app = mount(VideoPlayer, {
    target: document.body,
    props: {
      message: { id: "m1", allowed, body } as unknown as MessageView,
      body: body as unknown as Extract<Body, { kind: "media" }>,
      hash: "abc",
    },
  });
  flushSync();
  await vi.advanceTimersByTimeAsync(0);
  flushSync();
}
async function leave() {
  if (app) await unmount(app);
  app = undefined;
}
const video = () => document.querySelector("video");
const instead = () => document.querySelector("[role=status]")?.textContent ?? "";
const button = (label: string) => [...document.querySelectorAll("button")].find((b) => b.textContent?.trim() === label);
function tell(event: string, width: number) {
  const player = video()!;
  Object.defineProperty(player, "videoWidth", { value: width, configurable: true });
  player.play = () => Promise.resolve();
  player.dispatchEvent(new Event(event));
  flushSync();
}

beforeEach(() => {
  vi.useFakeTimers();
  [asked, called, freed] = [[], [], []];
  useTransport({
    call(command) {
      called.push(command);
      return Promise.resolve({});
    },
    events: () => () => undefined,
    mediaUrl: (hash, what) => `/${what}/${hash}`,
    upload: () => Promise.resolve(""),
    pickFiles: () => Promise.resolve([]),
    pickSavePath: () => Promise.resolve(undefined),
  });
  vi.stubGlobal("fetch", (url: string) => {
    asked.push(url);
    return Promise.resolve(new Response("bytes"));
  });
  URL.createObjectURL = () => "blob:one";
  URL.revokeObjectURL = (url) => void freed.push(url);
});
afterEach(async () => {
  await leave();
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a video", () => {
  it("is fetched whole, stays while it plays, and is freed when it is left", async () => {
    await show(64 * MIB, ["open"]);
    expect(asked).toHaveLength(1);
    tell("loadeddata", 320);
    await vi.advanceTimersByTimeAsync(60_000);
    flushSync();
    expect(video()).not.toBeNull();
    expect(freed).toEqual([]);
    await leave();
    expect(freed).toEqual(["blob:one"]);
  });
  it("beyond 64 MiB is not fetched and opens outside when it is asked for", async () => {
    await show(64 * MIB + 1, ["open"]);
    expect(asked).toEqual([]);
    expect(instead()).toContain(m.video_too_big());
    expect(called).toEqual([]);
    button(m.video_open_outside())!.click();
    await vi.advanceTimersByTimeAsync(0);
    expect(called).toEqual(["open_file"]);
  });
  it("without pictures is not left as an empty box", async () => {
    await show(MIB, ["open"]);
    tell("loadeddata", 0);
    expect(instead()).toContain(m.video_not_playable());
    expect(video()).toBeNull();
  });
  it("that the system refuses is said", async () => {
    await show(MIB, ["open"]);
    tell("error", 0);
    expect(instead()).toContain(m.video_not_playable());
  });
  it("of which nothing is heard within ten seconds is said, and not before", async () => {
    await show(MIB, ["open"]);
    await vi.advanceTimersByTimeAsync(9_900);
    flushSync();
    expect(video()).not.toBeNull();
    await vi.advanceTimersByTimeAsync(200);
    flushSync();
    expect(instead()).toContain(m.video_not_playable());
  });
  it("that may not be opened outside can be saved", async () => {
    await show(65 * MIB, []);
    expect(button(m.video_open_outside())).toBeUndefined();
    expect(button(m.file_save())).toBeDefined();
  });
});
