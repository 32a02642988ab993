// The columns that lists of leads and contacts can have, in the order in which they are offered.
import type { ExportColumn } from "../../backend";
import { sale } from "../../app/sale.svelte";
import { fieldsOf } from "../../lib/fields";
import { m } from "../../paraglide/messages.js";

const LEAD: Record<string, () => string> = {
  number: m.export_col_number,
  name: m.field_name,
  phone: m.field_phone,
  email: m.field_email,
  status: m.field_status,
  stage: m.export_col_stage,
  funnel: m.export_col_funnel,
  marker: m.export_col_marker,
  score: m.export_col_score,
  score_by: m.export_col_score_by,
  responsible: m.field_responsible,
  tags: m.field_tags,
  source: m.field_source,
  opened_at: m.export_col_opened_at,
  stage_since: m.export_col_stage_since,
  closed_at: m.export_col_closed_at,
  lost_reason: m.export_col_lost_reason,
  line: m.export_col_line,
  last_message_at: m.export_col_last_message_at,
  last_message: m.export_col_last_message,
  follow_up: m.leads_follow_up,
};
const CONTACT: Record<string, () => string> = {
  name: m.field_name,
  phone: m.field_phone,
  email: m.field_email,
  tags: m.field_tags,
  about: m.field_about,
  responsible: m.field_responsible,
  source: m.field_source,
  created_at: m.export_col_created_at,
};
/** With the workspace's own fields behind them. */
export const columnsOf = (what: "leads" | "contacts"): ExportColumn[] => [
  ...Object.entries(what === "leads" ? LEAD : CONTACT).map(([key, title]) => ({ key, title: title() })),
  ...fieldsOf(sale()?.fields, what === "leads" ? "lead" : "contact").map(({ id, name }) => ({
    key: `field:${id}`,
    title: name,
  })),
];
