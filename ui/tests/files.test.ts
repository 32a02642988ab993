// What a sender calls a file is data: it neither points anywhere nor says what the file is (SEC-02).
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError, useTransport, type Body, type SaveFile } from "../src/backend";
import { saveFile } from "../src/features/thread/save";
import { fileName } from "../src/lib/body";

let proposed: string[];
let saved: SaveFile[];

beforeEach(() => {
  proposed = [];
  saved = [];
  useTransport({
    call(command, args) {
      if (command === "get_file_name") return Promise.resolve({ name: "x.desktop" });
      if (command !== "save_file") throw new ApiError("UNKNOWN_COMMAND");
      saved.push(args as SaveFile);
      return Promise.resolve({});
    },
    events: () => () => undefined,
    mediaUrl: () => "",
    upload: () => Promise.resolve(""),
    pickFiles: () => Promise.resolve([]),
    pickSavePath(name) {
      proposed.push(name);
      return Promise.resolve(`/home/ana/${name}`);
    },
  });
});

describe("a file", () => {
  it("is saved under the name that the app proposes, whatever the sender called it", async () => {
    const name = "/home/ana/.config/autostart/x.desktop";
    const body = { kind: "media", media: "document", file: { name, mime: "", size_bytes: 1 } } as unknown as Body;
    await saveFile({ id: "m1", body });
    expect(proposed, "the dialog opens in no folder of the sender's").toEqual(["x.desktop"]);
    expect(saved).toEqual([{ message_id: "m1", path: "/home/ana/x.desktop" }]);
  });

  it("is shown by the name that it has, not by the one that it pretends to have", () => {
    expect(fileName("invoice\u202efdp.exe", "document")).toBe("invoicefdp.exe");
    expect(fileName("Años – lista_2026.pdf", "document"), "an honest name stays").toBe("Años – lista_2026.pdf");
    expect(fileName("\u200b\u2060", "image"), "nothing to see is no name").toBe("Photo");
    expect(fileName(null, "image")).toBe("Photo");
  });
});
