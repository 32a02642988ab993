// Files that are being read are seen, can be given up, and are never gone without a word (CMP-09, CMP-10).
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, useTransport, type ConversationView, type DraftView, type SaveDraft } from "../src/backend";
import { endProgram, openBox, resumeFiles } from "../src/features/composer/boxes";
import type { UploadOptions } from "../src/backend/transport";

/** What the app keeps over the end of the program. */
let kept: Map<string, string>;
let drafts: Map<string, DraftView>;
let reading: { resolve: () => void; on: UploadOptions | undefined }[];
let attached: string[];
/** Paths that lead nowhere any more. */
let gone: Set<string>;

beforeEach(() => {
  kept = new Map();
  drafts = new Map();
  gone = new Set();
});

const view = (id: string) =>
  ({
    id,
    line: { type: "telegram" },
    abilities: { max_upload_bytes: 50_000_000, max_photo_bytes: 10_000_000 },
  }) as unknown as ConversationView;

/** The program begins: the page knows nothing, the app what it was told. */
function begin() {
  endProgram();
  reading = [];
  attached = [];
  useTransport({
    call(command, args) {
      const ask = args as { key: string; value: string; conversation_id: string };
      switch (command) {
        case "get_ui_state":
          return Promise.resolve(kept.get(ask.key) ?? null);
        case "put_ui_state":
          kept.set(ask.key, ask.value);
          return Promise.resolve({});
        case "get_conversation":
        case "get_draft": {
          const id = ask.conversation_id;
          if (id === "erased") return Promise.reject(new ApiError("NOT_FOUND"));
          if (command === "get_conversation") return Promise.resolve(view(id));
          const blank = { conversation_id: id, message_id: `${id}-1`, text: "", attachments: [], reply_to: null };
          return Promise.resolve(drafts.get(id) ?? { ...blank, updated_at_ms: 0 });
        }
        case "save_draft": {
          const { settle: _settle, ...draft } = args as SaveDraft;
          drafts.set(draft.conversation_id, { ...draft, updated_at_ms: 1 });
          return Promise.resolve({});
        }
        case "attach_file": {
          const { path, hash, name } = args as { path?: string; hash?: string; name?: string };
          if (path && gone.has(path)) return Promise.reject(new ApiError("FILE_NOT_FOUND"));
          attached.push(path ?? hash!);
          const called = name ?? path!.split("/").at(-1)!;
          return Promise.resolve({ hash: hash ?? path, name: called, mime: "", size_bytes: 9, media: "document" });
        }
      }
      return Promise.reject(new ApiError("UNKNOWN_COMMAND"));
    },
    events: () => () => undefined,
    mediaUrl: () => "",
    upload: (file, on) =>
      new Promise((resolve) => reading.push({ resolve: () => resolve(`hash of ${(file as File).name}`), on })),
    pickFiles: () => Promise.resolve([]),
    pickSavePath: () => Promise.resolve(undefined),
  });
}
const page = (name: string) => ({ file: new File(["abc"], name, { type: "application/pdf" }) });
const names = (list: readonly { name: string }[]) => list.map((one) => one.name);

describe("a file that is being read", () => {
  it("is there at once with its size, says how far it is, and the next one waits its turn", async () => {
    begin();
    const box = openBox("a");
    await box.ready;
    const all = box.files.add(view("a"), [page("catalogo.pdf"), page("lista.pdf")]);
    expect(names(box.files.coming)).toEqual(["catalogo.pdf", "lista.pdf"]);
    await vi.waitFor(() => expect(reading).toHaveLength(1));
    const [first, second] = box.files.coming;
    expect(first).toMatchObject({ size_bytes: 3, done: null, begun: true });
    expect(second, "they are read one after the other").toMatchObject({ begun: false });
    reading[0]!.on!.progress!(0.42);
    expect(first!.done).toBe(0.42);

    reading[0]!.resolve();
    await vi.waitFor(() => expect(reading).toHaveLength(2));
    expect(names(box.attachments)).toEqual(["catalogo.pdf"]);
    reading[1]!.resolve();
    await all;
    expect(names(box.attachments)).toEqual(["catalogo.pdf", "lista.pdf"]);
    expect(box.files.coming).toEqual([]);
  });

  it("is given up by its cross, also while nothing answers, and the next one goes on", async () => {
    begin();
    const box = openBox("a");
    await box.ready;
    const all = box.files.add(view("a"), [page("catalogo.pdf"), page("lista.pdf"), page("tercero.pdf")]);
    await vi.waitFor(() => expect(reading).toHaveLength(1));
    const [first, , third] = box.files.coming;
    box.files.cancel(third!);
    box.files.cancel(first!);
    expect(names(box.files.coming), "it is gone at the click").toEqual(["lista.pdf"]);
    expect(reading[0]!.on!.signal!.aborted, "its bytes stop").toBe(true);
    await vi.waitFor(() => expect(reading).toHaveLength(2));
    reading[0]!.resolve();
    reading[1]!.resolve();
    await all;
    expect(names(box.attachments), "and no late answer brings it back").toEqual(["lista.pdf"]);
    expect(attached).toEqual(["hash of lista.pdf"]);
    expect(box.files.problems, "what a person gave up is no problem").toEqual([]);
  });

  it("is named when the program ended meanwhile, until somebody has seen it", async () => {
    begin();
    const box = openBox("a");
    await box.ready;
    void box.files.add(view("a"), [page("catalogo.pdf")]);
    await vi.waitFor(() => expect(reading).toHaveLength(1));

    for (const time of ["the first", "the second"]) {
      begin();
      await resumeFiles();
      const back = openBox("a");
      await back.settled();
      expect(back.files.problems, `${time} start names it`).toMatchObject([
        { text: expect.stringContaining("catalogo.pdf") as string },
      ]);
      expect(back.attachments).toEqual([]);
      if (time === "the second") back.files.dismiss(back.files.problems[0]!.id);
    }
    await vi.waitFor(() => expect(kept.get("coming")).toBe("{}"));
    begin();
    await resumeFiles();
    expect(openBox("a").files.problems, "what was seen is not said again").toEqual([]);
  });

  it("is read again where its path still leads to it, once", async () => {
    kept.set("coming", JSON.stringify({ a: [{ name: "plano.pdf", path: "/home/ana/plano.pdf" }] }));
    begin();
    await resumeFiles();
    const box = openBox("a");
    await box.settled();
    expect(names(box.attachments)).toEqual(["plano.pdf"]);
    expect(box.files.problems).toEqual([]);
    await vi.waitFor(() => expect(kept.get("coming")).toBe("{}"));

    // The end came between the draft and the note.
    kept.set("coming", JSON.stringify({ a: [{ name: "plano.pdf", path: "/home/ana/plano.pdf" }] }));
    begin();
    await resumeFiles();
    const same = openBox("a");
    await same.settled();
    expect(names(same.attachments), "it stands in the draft already").toEqual(["plano.pdf"]);
  });

  it("says why when its path leads nowhere any more, and leaves no name of an erased chat behind", async () => {
    gone.add("/media/usb/plano.pdf");
    kept.set(
      "coming",
      JSON.stringify({ erased: [{ name: "secreto.pdf" }], a: [{ name: "plano.pdf", path: "/media/usb/plano.pdf" }] }),
    );
    begin();
    await resumeFiles();
    const box = openBox("a");
    await box.settled();
    expect(box.files.problems).toMatchObject([{ text: expect.stringContaining("plano.pdf") as string }]);
    await vi.waitFor(() => expect(kept.get("coming")).not.toContain("secreto"));
  });
});
