// Who comes to the directory walks its list at once, unless they are busy elsewhere by the time it is read.
import { createRawSnippet, flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import Directory from "../src/features/directory/Directory.svelte";
import { DirectoryModel } from "../src/features/directory/model.svelte";
import { hostAnswers } from "./transport";

let directory: ReturnType<typeof mount>;
let answer: (() => void) | undefined;
beforeEach(() => {
  // jsdom measures nothing.
  vi.stubGlobal(
    "ResizeObserver",
    vi.fn(
      class {
        observe = () => undefined;
        unobserve = () => undefined;
        disconnect = () => undefined;
      },
    ),
  );
  const tabs = { active: 1, archived: 0, all: 1, bin: 0 };
  hostAnswers((command) => {
    if (command !== "list_contacts") return [];
    return new Promise((done) => (answer = () => done({ rows: [], tabs, total: 1 })));
  });
  answer = undefined;
  document.body.replaceChildren();
});
afterEach(async () => {
  await unmount(directory);
  vi.unstubAllGlobals();
});

/** Opens it, and has its rows come once `meanwhile` is over. */
async function come(meanwhile: () => void): Promise<Element | null> {
  const model = new DirectoryModel();
  const filters = createRawSnippet(() => ({ render: () => "<span></span>" }));
  directory = mount(Directory, {
    target: document.body,
    props: { model, open: () => undefined, filters, onkeys: () => undefined },
  });
  flushSync();
  meanwhile();
  await vi.waitFor(() => expect(answer).toBeDefined());
  answer!();
  await vi.waitFor(() => expect(model.ready).toBe(true));
  flushSync();
  return document.activeElement;
}

it("the list takes the keys of who comes with nothing else in hand", async () => {
  expect((await come(() => undefined))?.classList).toContain("viewport");
});

for (const what of ["textarea", "button", "input"] as const)
  it(`a ${what} that has the focus by then keeps it`, async () => {
    const busy = document.createElement(what);
    document.body.append(busy);
    expect(await come(() => busy.focus())).toBe(busy);
  });
