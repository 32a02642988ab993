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

/** The same leads as a table, with scores and somebody who answers for them, one won and one lost. */
async function leads(seller) {
  const { page, host, words } = seller;
  const { statuses, members } = await host.call("get_sale");
  const { cards } = await host.call("list_leads", { filter: {}, sort: "number", descending: false, offset: 0, limit: 50 });
  const status = (code) => ({ status_id: statuses.find((one) => one.code === code).id });
  const IS = [
    ["Rodrigo Fuentes", { score: 48, responsible_id: members[0].id }],
    ["Camila Duarte", { score: 83, responsible_id: members[0].id }],
    ["Emily Carter", { score: 57 }],
    ["Jorge Medina", { score: 78, responsible_id: members[0].id }],
    ["Beatriz Almeida", { score: 35 }],
    ["Valentina Ríos", { status: status("converted") }],
    ["Tom Becker", { status: status("archived") }],
  ];
  for (const [who, patch] of IS) await host.call("change_leads", { lead_ids: [cards.find(({ name }) => name === who).lead.id], patch });
  await seller.leads();
  await seller.tab("leads_tab_all").click();
  await seller.row("Valentina Ríos").filter({ hasText: words("sale_converted") }).waitFor();
  await page.evaluate(() => document.activeElement?.blur());
}

/** Somebody opened beside the directory, with tags on some. */
async function directory(seller) {
  const { page, host, words } = seller;
  const TAGS = [
    ["Mayoreo", "#3b82f6", ["Rodrigo Fuentes", "Héctor Salas"]],
    ["Sala", "#2f9e62", ["Lupita Hernández", "Beatriz Almeida", "Valentina Ríos"]],
    ["VIP", "#b3362b", ["Camila Duarte"]],
  ];
  for (const [name, color, who] of TAGS) {
    const id = crypto.randomUUID();
    await host.call("save_tag", { tag: { id, name, color } });
    const ids = await Promise.all(who.map((one) => seller.chatOf(one)));
    await host.call("bulk_tag", { id: crypto.randomUUID(), target: { of: "chats", target: { on: "ids", ids } }, tag_id: id, on: true });
  }
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await page.getByRole("heading", { level: 1, name: words("directory"), exact: true }).waitFor();
  await page.getByRole("row").filter({ hasText: "Lupita Hernández" }).getByRole("button").first().click();
  await page.getByRole("row").filter({ hasText: "Lupita Hernández" }).filter({ hasText: "Sala" }).waitFor();
}

/** A week with something on most days. */
async function agenda(seller) {
  const { page, host, words } = seller;
  const { cards } = await host.call("list_leads", { filter: {}, sort: "number", descending: false, offset: 0, limit: 50 });
  // By the clock of the page, which is not this one's.
  const [morning, day] = await page.evaluate(() => {
    const at = new Date();
    at.setDate(at.getDate() + 1);
    return [at.setHours(9, 30, 0, 0), at.getDate()];
  });
  const DAY_MS = 24 * 60 * MINUTE_MS;
  const PLANS = [
    ["Lupita Hernández", 0, "Call about the delivery to Coyoacán"],
    ["Rodrigo Fuentes", 2.5 * 60 * MINUTE_MS, "Send the invoice for six desks"],
    ["Emily Carter", DAY_MS + 60 * MINUTE_MS, "Did she measure the room?"],
    ["Jorge Medina", 2 * DAY_MS, "Look for his transfer"],
    ["Camila Duarte", 2 * DAY_MS + 5 * 60 * MINUTE_MS, "Deliver on Friday morning"],
    ["Héctor Salas", 4 * DAY_MS, "Drawing of the bookcase"],
  ];
  for (const [at, [who, after_ms, note]] of PLANS.entries())
    await host.call("save_follow_up", {
      follow_up_id: `01930000-0000-7000-8000-0000000000${10 + at}`,
      lead_id: cards.find(({ name }) => name === who).lead.id,
      kind: "task",
      due_at_ms: morning + after_ms,
      note,
      cancel_if_reply: false,
    });
  await page.keyboard.press("g");
  await page.keyboard.press("f");
  await page.locator("label").filter({ has: page.getByRole("radio", { name: words("follow_as_calendar") }) }).click();
  await page.locator("table[role=grid]").waitFor();
  await page.getByRole("gridcell", { name: new RegExp(`\\b${day}\\b.*${words("follow_count", { count: 2, shown: 2 })}`) }).getByRole("button").click();
  await page.locator("[data-follow-up]").filter({ hasText: "invoice" }).waitFor();
  await page.evaluate(() => document.activeElement?.blur());
}

/** A list as a shop keeps it, checked and not yet brought in. */
async function bringIn(seller) {
  const { page, words } = seller;
  const LIST = [
    "Nombre;Teléfono;Correo;Etiquetas;Colonia",
    "Ana Souza;+55 31 98888-8888;ana@correo.example;VIP;Savassi",
    "Bruno Dias;55 1234 5678;;Mayoreo;Roma Norte",
    "Lupita H.;55 5555 0101;lupita@correo.example;Sala;Coyoacán",
    "Carla Ruiz;preguntar en caja;carla@correo.example;;Del Valle",
    "Dario;;no es correo;;",
  ].join("\r\n");
  await seller.settings(words("exchange_title"));
  await seller.button("import_begin").click();
  const chooser = page.waitForEvent("filechooser");
  await seller.button("import_pick").click();
  await (await chooser).setFiles({ name: "clientes.csv", mimeType: "text/csv", buffer: Buffer.from(LIST) });
  await page.getByText(words("import_found_rows", { count: 5, shown: 5 })).waitFor();
  await seller.button("import_check").click();
  await page.getByRole("heading", { level: 2, name: words("import_would") }).waitFor();
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
  await leads(inbox);
  await shoot("leads-light", inbox.page);
  await agenda(inbox);
  await shoot("agenda-light", inbox.page);
  await directory(inbox);
  await shoot("directory-light", inbox.page);
  await bringIn(inbox);
  await shoot("import-light", inbox.page);
  await inbox.page.keyboard.press("Escape");
  await inbox.inbox();
  await inbox.host.call("update_settings", { density: "compact" });
  await inbox.page.locator('html[data-density="compact"]').waitFor();
  await shoot("inbox-compact", inbox.page);
} finally {
  await Promise.all([first.end(), inbox.end()]);
  await close();
}
