// What a person does to a card, from the pointer, the keys, the menu and the palette: painted at once, said with Undo,
// and when the app refuses, told in words.
import {
  ApiError,
  call,
  type CardView,
  type LeadStatus,
  type LostReasonId,
  type Marker,
  type Stage,
  type UndoToken,
} from "../../backend";
import { takeBack as undoToken, tell } from "../../app/act";
import { codeText } from "../../app/errors";
import { askFields } from "../../app/leads";
import { offer, toast } from "../../app/toast.svelte";
import { dropUndo, pushUndo, type UndoEnd, type Undoable } from "../../app/undo.svelte";
import { markerName, saleName } from "../../lib/sale";
import { m } from "../../paraglide/messages.js";
import type { Column } from "./column.svelte";
import { memberOf } from "./grouping";
import type { BoardModel, Closing, Outcome } from "./model.svelte";

export interface Deeds {
  open: (card: CardView) => void;
  openInbox: (card: CardView) => void;
  /** All that are picked with it; `alone`: this one, whatever is picked. */
  lift: (card: CardView, alone?: boolean) => void;
  moveTo: (card: CardView, stage: Stage) => void;
  place: (card: CardView, column: Column, index: number) => void;
  close: (card: CardView, category: Closing) => void;
  mark: (card: CardView, marker: Marker) => void;
  setStatus: (card: CardView, status: LeadStatus) => void;
  /** A follow-up of its lead. */
  plan: (card: CardView) => void;
}

/** Says what was done and offers to take it back. True when it stands. */
export async function said(
  model: BoardModel,
  card: CardView,
  label: string,
  doing: Promise<Outcome | undefined>,
): Promise<boolean> {
  // In the stack from the first frame on: Ctrl+Z takes back what one sees, not what was done before it.
  const entry: Undoable = {
    label,
    undo: async () => {
      const token = tokenOf(await doing);
      return token ? takeBack(model, card, token) : "refused";
    },
  };
  pushUndo(entry);
  const outcome = await doing;
  if (tokenOf(outcome)) offer(entry);
  else dropUndo(entry);
  if (!outcome) return false;
  if (!("report" in outcome)) {
    // Where its stage wants something filled in, that is asked; the card stays home until it is.
    if (!askFields(outcome.error, card.lead, outcome.patch, label)) tell(outcome.error);
    return false;
  }
  const { done, undo } = outcome.report;
  if (done === 0 && !undo) toast(m.board_skipped({ name: card.name }), { tone: "problem" });
  return done > 0;
}
function tokenOf(outcome: Outcome | undefined): UndoToken | null {
  return outcome && "report" in outcome ? outcome.report.undo : null;
}

/** Somebody who changed the lead meanwhile is named: what they did stays. */
function takeBack(model: BoardModel, card: CardView, token: UndoToken): Promise<UndoEnd> {
  const refused = async (error: unknown) => {
    if (ApiError.from(error).code !== "CHANGED_MEANWHILE") return tell(error);
    toast((await changedBy(card)) ?? codeText("CHANGED_MEANWHILE"), { tone: "problem" });
  };
  return undoToken(token, refused, () => model.takeBack(token));
}
async function changedBy(card: CardView): Promise<string | undefined> {
  const ask = { contact_id: card.lead.contact_id, before: null, limit: 20 };
  const [page, sale] = await Promise.all([
    call("list_history", ask).catch(() => undefined),
    call("get_sale").catch(() => undefined),
  ]);
  const by = page?.events.find((event) => event.lead_id === card.lead.id)?.by;
  if (!by) return undefined;
  const member = by.by === "member" ? sale?.members.find((one) => one.id === by.id) : undefined;
  const who =
    by.by === "customer"
      ? m.board_who_customer()
      : by.by === "automation"
        ? m.board_who_automation()
        : !member || member.is_me
          ? m.board_who_you()
          : m.board_who_member({ name: member.name });
  return m.board_undo_changed({ name: card.name, who });
}

/** "Maria is in Offer"; among people whose she is. */
export function movedWords(model: BoardModel, card: CardView, to: Column): string {
  const stage = saleName(to.stage);
  if (model.grouping !== "responsible") return m.board_did_move({ name: card.name, stage });
  const said = memberOf(to.stage) === null ? m.lead_did_no_responsible() : m.lead_did_responsible({ name: stage });
  return `${card.name} · ${said}`;
}
/** "Moved to Offer", of many. */
export function movedManyWords(model: BoardModel, to: Column): string {
  const stage = saleName(to.stage);
  if (model.grouping !== "responsible") return m.lead_did_move({ stage });
  return memberOf(to.stage) === null ? m.lead_did_no_responsible() : m.lead_did_responsible({ name: stage });
}
export function move(model: BoardModel, card: CardView, to: Column, index: number): Promise<boolean> {
  const stage = saleName(to.stage);
  const isHome = model.columnOf(card.lead.id) === to;
  const label = isHome ? m.board_did_place({ name: card.name, stage }) : movedWords(model, card, to);
  return said(model, card, label, model.move(card, to, index));
}
export function moveAway(model: BoardModel, card: CardView, stage: Stage): Promise<boolean> {
  return said(
    model,
    card,
    m.board_did_move({ name: card.name, stage: saleName(stage) }),
    model.moveAway(card, stage.id),
  );
}
export function close(
  model: BoardModel,
  card: CardView,
  category: Closing,
  reason: LostReasonId | undefined,
): Promise<boolean> {
  const words = { won: m.board_did_won, lost: m.board_did_lost, archived: m.board_did_archived };
  return said(model, card, words[category]({ name: card.name }), model.close(card, category, reason));
}
export function mark(model: BoardModel, card: CardView, marker: Marker): Promise<boolean> {
  return said(model, card, m.board_did_mark({ name: card.name, marker: markerName(marker) }), model.mark(card, marker));
}
export function setStatus(model: BoardModel, card: CardView, status: LeadStatus): Promise<boolean> {
  return said(
    model,
    card,
    m.board_did_status({ name: card.name, status: saleName(status) }),
    model.setStatus(card, status.id),
  );
}
