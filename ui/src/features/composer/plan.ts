// What is written leaves at a time of its own: a follow-up of the kind message (CMP-15). Where there is something to say
// about the time (it is night there, the window closes before), the form says it.
import { call, type Attachment, type Body, type ConversationView, type MessageId } from "../../backend";
import { exactNow } from "../../app/clock.svelte";
import { dialogs } from "../../app/dialogs.svelte";
import { activeLead, followUpRefused, saveFollowUp } from "../../app/follow-ups";
import { addDays, atClock, DAY_BEGINS, isNight } from "../../lib/due";
import { newId } from "../../lib/id";
import { ownWords } from "../../lib/refusals";
import { leaveBox, openBox } from "./boxes";
import type { DraftBox } from "./draft.svelte";

const HOUR_MS = 3_600_000;

/** True: it is scheduled, and the next words may be written. */
export async function planWritten(
  box: DraftBox,
  view: ConversationView,
  when: "hour" | "tomorrow" | undefined,
): Promise<boolean> {
  const lead_id = await activeLead(view.contact_id);
  if (!lead_id || box.empty) return false;
  const zone = (await call("get_contact", { contact_id: view.contact_id }).catch(() => undefined))?.time_zone;
  const at_ms =
    when === "hour"
      ? exactNow() + HOUR_MS
      : when === "tomorrow"
        ? atClock(addDays(exactNow(), 1), DAY_BEGINS)
        : undefined;
  const body = bodyOf(box.text.trim(), box.attachments[0]);
  const [attachments, reply_to] = [box.attachments.slice(0, 1), box.reply_to];
  const back = () => void giveBack(box, body, attachments, reply_to);
  const closes = view.window_closes_at_ms;
  if (at_ms === undefined || isNight(at_ms, zone) || (closes !== null && at_ms >= closes)) {
    dialogs.followUp = {
      lead: { id: lead_id, contact_id: view.contact_id, name: view.name },
      kind: "message",
      conversation_id: view.id,
      due_at_ms: at_ms,
      written: { body, taken: () => take(box, body), back },
    };
    return false;
  }
  const refused = await saveFollowUp(
    {
      follow_up_id: newId(),
      lead_id,
      kind: "message",
      due_at_ms: at_ms,
      message: { conversation_id: view.id, body },
      cancel_if_reply: true,
    },
    true,
    { back },
  );
  if (refused) followUpRefused(refused, view.contact_id);
  else take(box, body);
  return refused === undefined;
}

/** It was taken back: its words stand in the composer again, before what was typed since. */
async function giveBack(
  { conversation_id }: DraftBox,
  body: Body,
  attachments: Attachment[],
  reply_to: MessageId | null,
): Promise<void> {
  const box = openBox(conversation_id);
  await box.ready.catch(() => undefined);
  box.text = [ownWords({ body }), box.text].filter(Boolean).join("\n");
  box.attachments = [...attachments, ...box.attachments];
  box.reply_to ??= reply_to;
  box.touched();
  await leaveBox(box);
}

/** It is planned: the composer lets go of it, and keeps what was typed meanwhile. */
function take(box: DraftBox, body: Body): void {
  const words = ownWords({ body });
  const text = box.text.trimStart();
  box.text = text.startsWith(words) ? text.slice(words.length).trimStart() : box.text;
  if (body.kind === "media") box.attachments = box.attachments.slice(1);
  box.reply_to = null;
  box.touched();
}

function bodyOf(text: string, file: Attachment | undefined): Body {
  if (!file) return { kind: "text", text };
  const { hash, name, mime, size_bytes, width_px, height_px, duration_ms, media } = file;
  return {
    kind: "media",
    media,
    file: { file: { state: "here", hash }, name, mime, size_bytes, width_px, height_px, duration_ms },
    caption: text || null,
  };
}
