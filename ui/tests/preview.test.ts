// The preview's small app answers what a screen asks of it.
import { expect, it } from "vitest";
import type { ThreadPage, ThreadView } from "../src/backend";
import { fakeApp } from "../dev/fake";

it("a chat of the preview opens with its head and its page of messages in one answer", async () => {
  const { transport } = fakeApp({ scene: "full", language: "en", theme: "light", density: "comfortable", rows: 3 });
  const asked = { conversation_id: "c0", at: { at: "first_unread" }, limit: 50, with_events: true };
  const opened = (await transport.call("get_thread", { ...asked, steps: 100, notes: 200 })) as ThreadView;
  expect(opened.view.id).toBe("c0");
  const page = (await transport.call("list_messages", asked)) as ThreadPage;
  expect(opened.page.messages).toHaveLength(50);
  expect(opened.page).toEqual(page);
  expect([opened.steps, opened.notes]).toEqual([[], []]);
  const gone = transport.call("get_thread", { ...asked, conversation_id: "gone", steps: 100, notes: 200 });
  await expect(gone).rejects.toMatchObject({ code: "NOT_FOUND" });
});
