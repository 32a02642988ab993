// The sheet of keys: on each screen every key once, with what it does there.
import { afterEach, describe, expect, it } from "vitest";
import { allActions, register, type Action } from "../src/app/actions.svelte";
import { keysOn } from "../src/app/help";
import type { Screen } from "../src/app/route.svelte";

const NO = () => "not here";
const action = (id: string, group: Action["group"], keys: string[], more: Partial<Action> = {}): Action => ({
  id,
  title: () => id,
  group,
  keys,
  run: () => undefined,
  ...more,
});
let stop: () => void;
afterEach(() => stop());

/** "group: action (keys)" on a screen. */
const on = (screen: Screen) =>
  keysOn(screen, allActions()).flatMap(({ group, actions }) =>
    actions.map(({ action, keys }) => `${group}: ${action.id} (${keys.join(", ")})`),
  );

describe("the sheet of keys", () => {
  it("names what a screen means by a key, and not what others mean by it", () => {
    stop = register(
      action("search", "go", ["/", "mod+f"]),
      action("list.pick", "list", ["x"], { available: NO }),
      action("board.pick", "board", ["x"], { available: NO }),
      action("leads.find", "leads", ["/"], { available: NO }),
    );
    expect(on("inbox")).toEqual(["go: search (/, mod+f)", "list: list.pick (x)"]);
    expect(on("board")).toEqual(["go: search (/, mod+f)", "board: board.pick (x)"]);
    expect(on("leads")).toEqual(["go: search (mod+f)", "leads: leads.find (/)"]);
    expect(on("settings")).toEqual(["go: search (/, mod+f)"]);
  });

  it("names the one that would answer where two can", () => {
    stop = register(
      action("lead.move", "lead", ["m"]),
      action("board.move", "board", ["m"], { first: true }),
      action("agenda.snooze", "agenda", ["s"], { available: NO }),
      action("conversation.snooze", "conversation", ["s"], { available: NO }),
    );
    expect(on("board"), "the board's own move, and nothing of the agenda").toEqual([
      "board: board.move (m)",
      "conversation: conversation.snooze (s)",
    ]);
    expect(on("agenda"), "what can be done here though it is at home elsewhere, by its key").toEqual([
      "board: board.move (m)",
      "agenda: agenda.snooze (s)",
    ]);
  });
});
