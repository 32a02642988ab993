// The list of notifications: what a row says, what is loaded, and what a refused mark leaves on screen.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { setHubNow } from "../src/app/clock.svelte";
import { showLocale } from "../src/app/locale.svelte";
import { ApiError, useTransport, type NoticeKind, type NoticeView } from "../src/backend";
import { NoticesModel } from "../src/features/notices/model.svelte";
import {
  GROUPS,
  isSolved,
  kindsOf,
  noticeLabel,
  noticeMessage,
  noticeName,
  noticeText,
} from "../src/features/notices/words";

const KINDS: NoticeKind[] = [
  "failed_message",
  "review_item",
  "snooze_ended",
  "window_closing",
  "follow_up_due",
  "follow_ups_asking",
  "line_down",
  "line_back",
  "stream_lost",
];

function notice(no: number, more: Partial<NoticeView> = {}): NoticeView {
  return {
    no,
    kind: "failed_message",
    code: "PROVIDER_403",
    at_ms: no,
    read: false,
    ended: false,
    too_late: false,
    conversation_id: "c",
    message_id: "m",
    line_id: null,
    follow_up_id: null,
    count: 0,
    closes_at_ms: null,
    refusal: null,
    name: "Maria",
    line: null,
    text: "Tem sim",
    body_kind: "text",
    ...more,
  };
}

let all: NoticeView[];
let refuse: string | undefined;
/** What waits before a page is answered. */
let slow: Promise<void> | undefined;
/** What the next marks wait for before they are kept, one each. */
let keeping: Promise<void>[];

beforeEach(() => {
  showLocale("en");
  all = [];
  refuse = undefined;
  slow = undefined;
  keeping = [];
  useTransport({
    call: async (command, args) => {
      if (command === "list_notices") {
        const { before, unread, kinds } = args as { before: number | null; unread: boolean; kinds: NoticeKind[] };
        await slow;
        const fits = all.filter((row) => (!unread || !row.read) && (kinds.length === 0 || kinds.includes(row.kind)));
        const rows = fits.filter((row) => before === null || row.no < before);
        return { rows: rows.slice(0, 100), has_more: rows.length > 100 };
      }
      if (refuse) throw new ApiError(refuse);
      if (command === "mark_notices_read" || command === "mark_notices_unread") {
        const { nos } = args as { nos: number[] };
        await keeping.shift();
        all = all.map((row) => (nos.includes(row.no) ? { ...row, read: command === "mark_notices_read" } : row));
      }
      return { nos: [] };
    },
    events: () => () => undefined,
    mediaUrl: () => "",
    upload: () => Promise.resolve(""),
    pickFiles: () => Promise.resolve([]),
    pickSavePath: () => Promise.resolve(undefined),
  });
});

describe("what a row says", () => {
  it("every kind has a name, a sentence and a group, in three languages", () => {
    const grouped = GROUPS.flatMap(kindsOf);
    expect([...grouped].sort(), "each is found under one filter").toEqual([...KINDS].sort());
    for (const language of ["en", "es", "pt"] as const) {
      showLocale(language);
      const texts = KINDS.map((kind) => noticeText(notice(1, { kind })));
      expect(new Set(texts).size, "no two say the same").toBe(KINDS.length);
      for (const kind of KINDS) expect(noticeName(notice(1, { kind, name: "Shop" })).length).toBeGreaterThan(0);
    }
  });
  it("a message that was refused and one whose fate nobody knows are told apart", () => {
    expect(noticeText(notice(1))).toBe("Didn't go: the channel didn't accept it.");
    expect(noticeText(notice(1, { code: "BLOCKED_BY_CUSTOMER" }))).toBe("Didn't go: the customer blocked this line.");
    expect(noticeText(notice(1, { code: "SEND_UNKNOWN" }))).toBe("We can't tell if this arrived.");
    const aloud = noticeLabel(notice(1, { text: "Tem sim!", read: true, ended: true }));
    expect(aloud, "each sentence ends once").toMatch(
      /^Maria\. Didn't go: the channel didn't accept it\. Solved\. Tem sim! [A-Z][^!]*\.$/,
    );
    expect(aloud).not.toContain("..");
  });
  it("a photo without words is named by what it is", () => {
    expect(noticeMessage(notice(1, { text: "", body_kind: "image" }))).toBe("Photo");
    expect(noticeMessage(notice(1, { text: "", body_kind: null }))).toBeUndefined();
  });
  it("solved is what asked for somebody and does not any more", () => {
    expect(isSolved(notice(1))).toBe(false);
    expect(isSolved(notice(1, { ended: true }))).toBe(true);
    expect(isSolved(notice(1, { kind: "line_back", ended: true })), "the line is lost again").toBe(false);
  });
  it("a change that was not applied says why as long as it can be looked at", () => {
    const refusal = { code: "DUPLICATE_NUMBER", contact_id: "c2", name: "Bruno" } as const;
    const lying = notice(1, { kind: "review_item", name: "", conversation_id: null, refusal });
    expect(noticeName(lying)).toBe("A change of yours");
    expect(noticeText(lying)).toBe("Not applied: this number is Bruno's.");
    const over = { ...lying, refusal: null, ended: true };
    expect([noticeText(over), isSolved(over)]).toEqual(["Was not applied", true]);
  });
  it("a window says until when one can answer, and that it closed where nobody did", () => {
    setHubNow(new Date(2026, 5, 3, 12, 0).getTime());
    const closes_at_ms = new Date(2026, 5, 3, 14, 30).getTime();
    const open = notice(1, { kind: "window_closing", code: "", closes_at_ms });
    expect(noticeText(open)).toBe("Waiting for your answer: free replies until 2:30 PM");
    const answered = { ...open, ended: true };
    expect(isSolved(answered)).toBe(true);
    const missed = { ...answered, too_late: true };
    expect(isSolved(missed), "a customer who got no answer is nothing solved").toBe(false);
    expect(noticeText(missed)).toBe("The time to reply freely ended today 2:30 PM");
  });
});

describe("what is loaded", () => {
  it("pages come as they are looked at, and a change reads what is loaded again", async () => {
    all = Array.from({ length: 250 }, (_, i) => notice(250 - i));
    const model = new NoticesModel();
    await model.load();
    expect([model.rows.length, model.hasMore]).toEqual([100, true]);
    model.want(20);
    expect(model.rows.length, "the end is far").toBe(100);
    model.want(95);
    await vi.waitFor(() => expect(model.rows.length).toBe(200));
    all = [notice(251), ...all];
    await model.load();
    expect(model.rows.map((row) => row.no)).toEqual(Array.from({ length: 200 }, (_, i) => 251 - i));
  });
  it("an answer to the filter before is not shown under the next", async () => {
    all = [notice(2, { kind: "line_down" }), notice(1, { read: true })];
    const model = new NoticesModel();
    let answer: () => void = () => undefined;
    slow = new Promise((done) => (answer = done));
    const first = model.show({ unread: false, kinds: [] });
    const second = model.show({ unread: true, kinds: [] });
    answer();
    await Promise.all([first, second]);
    expect(model.rows.map((row) => row.no)).toEqual([2]);
  });
  it("a mark that is refused is painted back", async () => {
    all = [notice(1)];
    const model = new NoticesModel();
    await model.load();
    refuse = "DISK_FULL";
    const row = model.at(0);
    if (!row) throw new Error("no row");
    const marked = model.mark(row, true);
    expect(model.at(0)?.read, "painted at once").toBe(true);
    await expect(marked).rejects.toMatchObject({ code: "DISK_FULL" });
    expect(model.at(0)?.read).toBe(false);
  });
  it("what was asked before a mark, or while it is being kept, is not painted over it", async () => {
    all = [notice(1)];
    const model = new NoticesModel();
    await model.load();
    let answer: () => void = () => undefined;
    let keep: () => void = () => undefined;
    slow = new Promise((done) => (answer = done));
    keeping = [new Promise((done) => (keep = done))];
    const older = model.load();
    const marked = model.mark(model.at(0)!, true);
    answer();
    await older;
    await model.load();
    expect(model.at(0)?.read, "the seller saw it read").toBe(true);
    keep();
    await marked;
    expect(model.at(0)?.read, "and it is").toBe(true);
    expect(all[0]?.read).toBe(true);
  });
  it("marks are kept in the order in which they were made", async () => {
    all = [notice(1)];
    const model = new NoticesModel();
    await model.load();
    let keep: () => void = () => undefined;
    keeping = [new Promise((done) => (keep = done))];
    const first = model.mark(model.at(0)!, true);
    const second = model.mark(model.at(0)!, false);
    await vi.waitFor(() => expect(keeping, "the first is on its way").toEqual([]));
    keep();
    await Promise.all([first, second]);
    expect([all[0]?.read, model.at(0)?.read], "the last word counts").toEqual([false, false]);
  });
});
