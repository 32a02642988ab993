import { register } from "../../app/actions.svelte";
import { goSettings } from "../../app/route.svelte";
import { m } from "../../paraglide/messages.js";
import { showPage, type Page } from "./shown.svelte";

export function registerSaleActions(): () => void {
  const pages: [Page, () => string][] = [
    ["statuses", m.sale_statuses],
    ["funnels", m.sale_funnels],
    ["sources", m.sale_sources],
    ["reasons", m.sale_reasons],
    ["fields", m.fields],
    ["tags", m.tags],
    ["first", m.sale_first],
    ["options", m.sale_options],
  ];
  return register(
    ...pages.map(([page, title]) => ({
      id: `settings.sale.${page}`,
      title: () => `${m.sale_title()}: ${title()}`,
      words: m.settings,
      group: "app" as const,
      run: () => {
        showPage(page);
        goSettings("sale");
      },
    })),
  );
}
