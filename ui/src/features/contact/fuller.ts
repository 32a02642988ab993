// Which of two cards stays by itself: somebody saved, of whom most is known, with whom one talks, known for longest. The
// list of duplicates has the same order.
import type { ContactMore, ContactView } from "../../backend";

export interface Card {
  view: ContactView;
  more: ContactMore;
}
const filled = ({ view, more }: Card): number =>
  [
    view.display_name,
    view.phone_display || view.phone_text,
    view.email,
    view.about,
    more.responsible_id,
    more.source_id,
    view.tags.length > 0,
  ].filter(Boolean).length;
const rank = (card: Card): number[] => [
  Number(!card.view.saved),
  -filled(card),
  Number(!card.more.has_active_lead),
  Number(card.view.conversations.length === 0),
  card.view.created_at_ms,
];

/** The one to keep comes first; those that are alike stand as they stood. */
export function fullestFirst<T extends Card>(cards: readonly T[]): T[] {
  return [...cards].sort((one, other) => {
    const [a, b] = [rank(one), rank(other)];
    const at = a.findIndex((value, at) => value !== b[at]);
    return at === -1 ? 0 : a[at]! - b[at]!;
  });
}
