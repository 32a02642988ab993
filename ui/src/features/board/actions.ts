// The keys of the card that has them, on the board.
import type { CardView } from "../../backend";
import { register } from "../../app/actions.svelte";
import { markerName, MARKERS } from "../../lib/sale";
import { m } from "../../paraglide/messages.js";
import type { Deeds } from "./deeds";
import type { Closing } from "./model.svelte";

interface Here {
  /** The board is on screen. */
  shown: () => boolean;
  card: () => CardView | undefined;
  deeds: () => Deeds | undefined;
  focus: () => void;
}

export function registerBoardActions({ shown, card, deeds, focus }: Here): () => void {
  const here = () => shown() || m.reason_go_board();
  const some = () => (here() !== true ? m.reason_go_board() : card() !== undefined || m.reason_no_card());
  const onCard = (run: (deeds: Deeds, card: CardView) => void) => () => {
    const [can, one] = [deeds(), card()];
    if (can && one) run(can, one);
  };
  const outcomes: [Closing, () => string][] = [
    ["won", m.action_board_won],
    ["lost", m.action_board_lost],
    ["archived", m.action_board_archived],
  ];
  return register(
    { id: "board.focus", title: m.action_board_focus, group: "board", run: focus, available: here },
    {
      id: "board.move",
      title: m.action_board_move,
      words: m.board,
      group: "board",
      keys: ["m"],
      run: onCard((deeds, card) => deeds.lift(card)),
      available: some,
    },
    {
      id: "board.open",
      title: m.action_board_open,
      words: m.board,
      group: "board",
      run: onCard((deeds, card) => deeds.open(card)),
      available: some,
    },
    {
      id: "board.open-inbox",
      title: m.action_board_inbox,
      words: m.board,
      group: "board",
      run: onCard((deeds, card) => deeds.openInbox(card)),
      available: () => (some() !== true ? some() : !!card()?.conversation || m.reason_no_chat()),
    },
    ...MARKERS.map((marker, at) => ({
      id: `board.marker.${marker}`,
      title: () => m.action_board_marker({ name: markerName(marker) }),
      words: m.board,
      group: "board" as const,
      keys: [String(at + 1)],
      run: onCard((deeds, card) => deeds.mark(card, marker)),
      available: some,
    })),
    {
      id: "board.follow-up",
      title: m.follow_key_card,
      words: m.agenda,
      group: "board",
      keys: ["f"],
      run: onCard((deeds, card) => deeds.plan(card)),
      available: some,
    },
    ...outcomes.map(([category, title]) => ({
      id: `board.close.${category}`,
      title,
      words: m.board,
      group: "board" as const,
      run: onCard((deeds, card) => deeds.close(card, category)),
      available: some,
    })),
  );
}
