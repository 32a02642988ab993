// The keys of the card that has them, on the board.
import type { CardView } from "../../backend";
import { register } from "../../app/actions.svelte";
import { m } from "../../paraglide/messages.js";
import type { Deeds } from "./deeds";

interface Here {
  /** The board is on screen. */
  shown: () => boolean;
  card: () => CardView | undefined;
  deeds: () => Deeds | undefined;
  focus: () => void;
  picked: () => number;
  pick: (card: CardView) => void;
  pickColumn: () => void;
  clearPicks: () => void;
}

export function registerBoardActions({
  shown,
  card,
  deeds,
  focus,
  picked,
  pick,
  pickColumn,
  clearPicks,
}: Here): () => void {
  const here = () => shown() || m.reason_go_board();
  const some = () => (here() !== true ? m.reason_go_board() : card() !== undefined || m.reason_no_card());
  const onCard = (run: (deeds: Deeds, card: CardView) => void) => () => {
    const [can, one] = [deeds(), card()];
    if (can && one) run(can, one);
  };
  return register(
    { id: "board.focus", title: m.action_board_focus, group: "board", run: focus, available: here },
    {
      id: "board.move",
      title: m.action_board_move,
      words: m.board,
      group: "board",
      keys: ["m"],
      // The same as M elsewhere, with the place to choose.
      first: true,
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
    {
      id: "board.pick",
      title: m.board_pick_one,
      words: m.board,
      group: "board",
      keys: ["x"],
      first: true,
      run: () => {
        const one = card();
        if (one) pick(one);
      },
      available: some,
    },
    {
      id: "board.pick-column",
      title: m.board_pick_column,
      words: m.board,
      group: "board",
      keys: ["mod+a"],
      first: true,
      run: pickColumn,
      available: some,
    },
    {
      id: "board.pick-none",
      title: m.bulk_clear,
      group: "board",
      keys: ["esc"],
      quiet: true,
      run: clearPicks,
      available: () => (shown() && picked() > 0) || m.reason_already(),
    },
  );
}
