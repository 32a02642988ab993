// Of two cards the fuller one is proposed to stay (CON-04).
import { expect, test } from "vitest";
import { fullestFirst, type Card } from "../src/features/contact/fuller";

interface Known {
  name?: string;
  phone?: string;
  email?: string;
  saved?: boolean;
  lead?: boolean;
  created?: number;
}
function card(id: string, known: Known = {}): Card {
  const { name = "", phone = "", email = "", saved = true, lead = false, created = 1 } = known;
  return {
    view: {
      id,
      display_name: name,
      phone_display: phone,
      phone_text: "",
      email,
      about: "",
      tags: [],
      saved,
      conversations: [],
      created_at_ms: created,
    },
    more: { responsible_id: null, source_id: null, has_active_lead: lead },
  } as unknown as Card;
}
const first = (...cards: Card[]) => fullestFirst(cards)[0]?.view.id;

test("the card of which more is known stays, whichever was asked from", () => {
  const full = card("full", { name: "Maria", phone: "+52", email: "m@example.com" });
  const thin = card("thin", { name: "maria_88" });
  expect([first(full, thin), first(thin, full)]).toEqual(["full", "full"]);
});

test("somebody saved stays before a stranger, a sale under way decides between equals, then age", () => {
  const stranger = card("stranger", { name: "maria", phone: "+52", saved: false, lead: true });
  expect(first(stranger, card("saved", { name: "Maria" }))).toBe("saved");
  expect(first(card("old", { created: 1 }), card("selling", { created: 2, lead: true }))).toBe("selling");
  expect(first(card("young", { created: 2 }), card("old", { created: 1 }))).toBe("old");
});
