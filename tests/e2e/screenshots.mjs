// The pictures of the README and the user guide: `cargo xtask screenshots`. Made-up customers, always the same.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { close } from "./lib/browser.mjs";
import { Seller } from "./lib/seller.mjs";

const OUT = process.env.EMBUDO_SCREENSHOTS ?? fileURLToPath(new URL("../../docs/screenshots", import.meta.url));
const VIEWPORT = { width: 1440, height: 900 };
const MINUTE_MS = 60_000;

/** Oldest first: who wrote, how many minutes ago, what. */
const TALK = [
  ["Rodrigo Fuentes", 312, "¿Hacen factura? Es para la oficina, serían seis escritorios."],
  ["Camila Duarte", 248, "Perfeito, pode entregar na sexta de manhã então."],
  ["Emily Carter", 191, "Hi! Is the walnut dining table still available?"],
  ["Jorge Medina", 140, "Ya hice la transferencia, le mando el comprobante en un momento."],
  ["Beatriz Almeida", 96, "A poltrona verde vem com o puff?"],
  ["Héctor Salas", 71, "Buenas, ¿cuánto tarda el librero a medida?"],
  ["Valentina Ríos", 52, "Me encantó cómo quedó la sala, ¡mil gracias! 🙌"],
  ["Tom Becker", 37, "Could you hold the two chairs until Saturday?"],
  ["Rosa Iturbe", 22, "¿Tienen el buró en blanco?"],
  ["Lupita Hernández", 14, "Hola, buenas tardes 👋"],
  ["Lupita Hernández", 13, "Vi el sofá de 3 plazas en su página, ¿todavía lo tienen disponible?"],
];
const ANSWER = "¡Hola, Lupita! Sí, nos quedan dos en gris y uno en beige. ¿A qué colonia sería el envío?";
const LAST = "A Coyoacán. El gris me encanta, porque tengo un perrito y en el beige se ve todo 🐶";

async function shoot(name, page) {
  await page.mouse.move(VIEWPORT.width - 4, VIEWPORT.height - 4);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${OUT}/${name}.png` });
  console.log(`${name}.png`);
}

async function fill(seller) {
  const { simulator, host } = seller;
  for (const [who, minutes, text] of TALK) await simulator.write(who, text, { after_ms: -minutes * MINUTE_MS });
  await seller.row("Lupita Hernández").filter({ hasText: "sofá" }).waitFor();
  // Read as a seller would: the last three stay unread.
  for (const who of ["Rodrigo Fuentes", "Camila Duarte", "Emily Carter", "Jorge Medina", "Beatriz Almeida", "Valentina Ríos"]) {
    await seller.row(who).waitFor();
    await seller.openChat(who);
    await seller.row(who).locator(".unread, .pill").waitFor({ state: "detached" });
  }
  await seller.openChat("Emily Carter");
  await seller.composer.fill("Yes! It seats eight and");
  await seller.row("Emily Carter").filter({ hasText: "It seats eight" }).waitFor();
  await seller.openChat("Lupita Hernández");
  await seller.send(ANSWER);
  await seller.page.getByRole("button", { name: `${seller.words("delivery_title")}: ${seller.words("delivery_read")}` }).first().waitFor();
  await simulator.write("Lupita Hernández", LAST);
  await seller.bubble("A Coyoacán").waitFor();
  const view = await host.call("search", { text: "Lupita", line_id: null, conversation_id: null, after: null, limit: 5 });
  await host.call("update_contact", {
    contact_id: view.contacts[0].contact_id,
    patch: { saved: true, phone: "55 5555 0101", email: "lupita@correo.example", about: "Sala chica: 2.30 m de pared a pared." },
  });
  await seller.page.getByRole("form", { name: seller.words("contact_save") }).waitFor({ state: "detached" });
  await seller.page.getByRole("button", { name: seller.words("dismiss") }).click({ timeout: 500 }).catch(() => undefined);
}

/** The same customers some days on: each in a stage, some with a marker. */
async function board(seller) {
  const { page, host, words } = seller;
  const { intake, funnels } = await host.call("get_sale");
  const cards = await host.call("list_cards", { stage_id: intake.id, order: "lifted", offset: 0, limit: 20 });
  const stages = Object.fromEntries(funnels[0].stages.map((stage) => [stage.code, stage.id]));
  const STANDS = [
    ["Valentina Ríos", "follow_up", "done"],
    ["Camila Duarte", "qualified"],
    ["Jorge Medina", "qualified", "important"],
    ["Rodrigo Fuentes", "qualifying", "pending"],
    ["Emily Carter", "qualifying"],
    ["Beatriz Almeida", "contacted"],
    ["Lupita Hernández", "contacted", "urgent"],
    ["Héctor Salas", "new"],
  ];
  for (const [who, stage, marker] of STANDS) {
    const { lead } = cards.find((card) => card.name === who);
    const patch = { stage: { stage_id: stages[stage] }, ...(marker ? { marker } : {}) };
    await host.call("change_leads", { lead_ids: [lead.id], patch });
  }
  await seller.board();
  await seller.column(words("sale_follow_up")).locator("[data-lead]").waitFor();
}

await mkdir(OUT, { recursive: true });
const first = new Seller({ fresh: true, language: "en", viewport: VIEWPORT });
const inbox = new Seller({ language: "en", viewport: VIEWPORT });
try {
  await first.begin();
  await first.page.getByRole("heading", { level: 1, name: first.words("first_title") }).waitFor();
  await shoot("first-run", first.page);
  await inbox.begin();
  await fill(inbox);
  await shoot("inbox-light", inbox.page);
  await inbox.page.emulateMedia({ colorScheme: "dark" });
  await shoot("inbox-dark", inbox.page);
  await inbox.page.emulateMedia({ colorScheme: "light" });
  await board(inbox);
  await shoot("board-light", inbox.page);
  await inbox.inbox();
  await inbox.host.call("update_settings", { density: "compact" });
  await inbox.page.locator('html[data-density="compact"]').waitFor();
  await shoot("inbox-compact", inbox.page);
} finally {
  await Promise.all([first.end(), inbox.end()]);
  await close();
}
