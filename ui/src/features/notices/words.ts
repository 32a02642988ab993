// What a notice says: the one place for the words and signs of each kind. A kind that comes later (a follow-up, a
// mention) has its line in every function here, or this does not compile.
import AlarmClock from "@lucide/svelte/icons/alarm-clock";
import CalendarClock from "@lucide/svelte/icons/calendar-clock";
import CircleQuestionMark from "@lucide/svelte/icons/circle-question-mark";
import CloudOff from "@lucide/svelte/icons/cloud-off";
import Hourglass from "@lucide/svelte/icons/hourglass";
import ListX from "@lucide/svelte/icons/list-x";
import MessageCircleQuestionMark from "@lucide/svelte/icons/message-circle-question-mark";
import Plug from "@lucide/svelte/icons/plug";
import TriangleAlert from "@lucide/svelte/icons/triangle-alert";
import Unplug from "@lucide/svelte/icons/unplug";
import type { NoticeKind, NoticeView } from "../../backend";
import { reasonText } from "../../app/errors";
import type { IconOf } from "../../components/icon";
import { kindName } from "../../lib/body";
import { lineReason } from "../../lib/line-state";
import { dayAndClock, fullMoment, untilWhen } from "../../lib/time";
import { m } from "../../paraglide/messages.js";

/** What a person may want to see alone, and the kinds of it. */
export const GROUPS = ["all", "messages", "review", "windows", "snoozes", "follow_ups", "lines"] as const;
export type Group = (typeof GROUPS)[number];
export function kindsOf(group: Group): NoticeKind[] {
  switch (group) {
    case "all":
      return [];
    case "messages":
      return ["failed_message"];
    case "review":
      return ["review_item"];
    case "windows":
      return ["window_closing"];
    case "snoozes":
      return ["snooze_ended"];
    case "follow_ups":
      return ["follow_up_due", "follow_ups_asking"];
    case "lines":
      return ["line_down", "line_back", "stream_lost"];
  }
}
export function groupName(group: Group): string {
  return {
    all: m.notices_of_all,
    messages: m.notices_of_messages,
    review: m.notices_of_review,
    windows: m.notices_of_windows,
    snoozes: m.notices_of_snoozes,
    follow_ups: m.notices_of_follow_ups,
    lines: m.notices_of_lines,
  }[group]();
}

/** Sent, and no answer came: not the same as refused. */
export function isUnsure(notice: NoticeView): boolean {
  return notice.kind === "failed_message" && notice.code === "SEND_UNKNOWN";
}

export function noticeIcon(notice: NoticeView): IconOf {
  if (isUnsure(notice)) return CircleQuestionMark;
  return {
    failed_message: TriangleAlert,
    review_item: ListX,
    snooze_ended: AlarmClock,
    window_closing: Hourglass,
    follow_up_due: CalendarClock,
    follow_ups_asking: MessageCircleQuestionMark,
    line_down: Unplug,
    line_back: Plug,
    stream_lost: CloudOff,
  }[notice.kind];
}
export type Tone = "red" | "amber" | "green" | "accent";
export function noticeTone(notice: NoticeView): Tone {
  if (isUnsure(notice)) return "amber";
  return (
    {
      failed_message: "red",
      review_item: "amber",
      snooze_ended: "accent",
      window_closing: "amber",
      follow_up_due: "accent",
      follow_ups_asking: "amber",
      line_down: "red",
      line_back: "green",
      stream_lost: "amber",
    } as const
  )[notice.kind];
}

/** Whom or what it is of. */
export function noticeName(notice: NoticeView): string {
  if (notice.kind === "stream_lost") return m.notice_connection();
  if (notice.kind === "follow_ups_asking") return m.notice_planned();
  return notice.kind === "review_item" && notice.name === "" ? m.notice_change() : notice.name;
}
/** What happened, as a sentence. */
export function noticeText(notice: NoticeView): string {
  switch (notice.kind) {
    case "failed_message":
      return isUnsure(notice) ? m.unknown_words() : m.failed_because({ reason: reasonText(notice.code) });
    case "review_item": {
      if (notice.refusal === null) return m.notice_not_applied_over();
      const { code, ...params } = notice.refusal;
      return m.notice_not_applied({ reason: reasonText(code, params) });
    }
    case "snooze_ended":
      return m.banner_snooze_ended();
    case "window_closing": {
      const closes = notice.closes_at_ms ?? notice.at_ms;
      return notice.too_late
        ? m.notice_window_closed({ when: dayAndClock(closes) })
        : m.notice_window_closes({ time: untilWhen(closes) });
    }
    case "follow_up_due":
      return m.notice_follow_up_due({ when: dayAndClock(notice.closes_at_ms ?? notice.at_ms) });
    case "follow_ups_asking":
      return notice.ended || notice.count === 0
        ? m.notice_follow_ups_asked()
        : m.banner_follow_ups_ask({ count: notice.count });
    case "line_down":
      return m.notice_line_down({ reason: lineReason(notice.code) });
    case "line_back":
      return m.notice_line_back();
    case "stream_lost":
      return m.notice_stream_lost();
  }
}
/** The message that it is about, in one line. */
export function noticeMessage(notice: NoticeView): string | undefined {
  return notice.text || (notice.body_kind ? kindName(notice.body_kind) : undefined);
}
/** A row as it is read aloud: sentences, each with one full stop. */
export function noticeLabel(notice: NoticeView): string {
  return [
    notice.read ? undefined : m.notice_unread(),
    noticeName(notice),
    noticeText(notice),
    isSolved(notice) ? m.notice_solved() : undefined,
    noticeMessage(notice),
    fullMoment(notice.at_ms),
  ]
    .filter((part) => part !== undefined && part !== "")
    .map((part) => (/[.!?…]$/u.test(part!) ? part : `${part}.`))
    .join(" ");
}
/** Nothing is left to do about it, and somebody did it. That a line is back, or a snooze over, asks for nothing anyway. */
export function isSolved(notice: NoticeView): boolean {
  const asks: NoticeKind[] = [
    "failed_message",
    "review_item",
    "window_closing",
    "follow_up_due",
    "line_down",
    "stream_lost",
  ];
  return notice.ended && !notice.too_late && asks.includes(notice.kind);
}
