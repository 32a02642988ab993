// The history on screen: how often it asks for what it shows.
import { mount, unmount } from "svelte";
import { afterEach, expect, it, vi } from "vitest";
import { startEvents } from "../src/app/events";
import type { AppEvent, HistoryPage } from "../src/backend";
import History from "../src/features/leads/History.svelte";
import { hostAnswers } from "./transport";

let stop: (() => void) | undefined;
let app: Record<string, unknown> | undefined;
const moment = () => new Promise((next) => setTimeout(next));

afterEach(async () => {
  if (app) await unmount(app);
  stop?.();
});

it("is read once, and once more for each change of that person", async () => {
  const asked: string[] = [];
  let tell: (event: AppEvent) => void = () => undefined;
  hostAnswers(
    // Each answer takes a moment: what asks again and again would never let this test see it otherwise.
    async (command, args: { contact_id: string }) => {
      await moment();
      if (command !== "list_history") return [];
      asked.push(args.contact_id);
      return { events: [], undoable: [] } satisfies HistoryPage;
    },
    (listen) => {
      tell = listen;
      return () => undefined;
    },
  );
  stop = startEvents();
  /** Every answer has been taken, and whatever that began has asked. */
  const settled = async () => {
    for (let turn = 0; turn < 20; turn++) await moment();
  };

  app = mount(History, { target: document.body, props: { contact_id: "ana" } });
  await vi.waitFor(() => expect(asked).not.toHaveLength(0));
  await settled();
  expect(asked, "what is shown is not a reason to read it again").toEqual(["ana"]);

  const changed = (contact_ids: string[]) => tell({ event: "history_changed", contact_ids } as AppEvent);
  changed(["bruno"]);
  await settled();
  expect(asked, "of somebody else").toEqual(["ana"]);
  changed(["bruno", "ana"]);
  await settled();
  expect(asked).toEqual(["ana", "ana"]);
});
