import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { register, setRemapped } from "../src/app/actions.svelte";
import { readKeys, writeKeys } from "../src/app/session.svelte";
import { clashesOf, withKeys } from "../src/features/settings/remap";

let stop: () => void;
beforeEach(() => {
  const run = () => undefined;
  stop = register(
    { id: "a", title: () => "A", group: "app", keys: ["e"], run },
    { id: "b", title: () => "B", group: "app", keys: ["s", "esc"], run },
    { id: "c", title: () => "C", group: "app", keys: ["esc"], run },
    { id: "d", title: () => "D", group: "app", keys: ["g i"], run },
  );
});
afterEach(() => {
  stop();
  setRemapped({});
});

describe("the person's own keys", () => {
  it("keep only what differs from the defaults", () => {
    const kept = withKeys({}, "a", ["x"], ["e"]);
    expect(kept).toEqual({ a: ["x"] });
    expect(withKeys(kept, "a", ["e"], ["e"])).toEqual({});
  });
  it("can switch a key off", () => {
    expect(withKeys({}, "a", [], ["e"])).toEqual({ a: [] });
    expect(readKeys(writeKeys({ a: [] }))).toEqual({ a: [] });
  });
  it("come back as they were kept, also a comma", () => {
    const keys = { a: ["mod+,", "g i"], b: ["shift+e"] };
    expect(readKeys(writeKeys(keys))).toEqual(keys);
  });
  it("say who else has a key", () => {
    const kept = { a: ["s"] };
    setRemapped(kept);
    expect(clashesOf("a", kept).get("s")).toEqual(["b"]);
    expect(clashesOf("b", kept).get("s")).toEqual(["a"]);
  });
  it("see that a key begins another's sequence", () => {
    const kept = { a: ["g"] };
    setRemapped(kept);
    expect(clashesOf("a", kept).get("g")).toEqual(["d"]);
  });
  it("are no clash where the product itself shares a key", () => {
    expect(clashesOf("b", {}).size).toBe(0);
  });
});
