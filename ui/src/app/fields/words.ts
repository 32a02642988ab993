// Custom fields in words.
import type { CustomField, FieldKind, FieldValue } from "../../backend";
import { valueText } from "../../lib/fields";
import { m } from "../../paraglide/messages.js";
import { sale } from "../sale.svelte";

export function kindWord(kind: FieldKind): string {
  return {
    text: m.field_text,
    number: m.field_number,
    money: m.field_money,
    date: m.field_date,
    list: m.field_list,
    multi_list: m.field_multi_list,
    checkbox: m.field_checkbox,
    link: m.field_link,
  }[kind]();
}
export const currency = () => sale()?.settings.currency ?? null;

export function fieldValueText(field: CustomField, value: FieldValue): string {
  const option = (id: string) => field.options.find((one) => one.id === id)?.name ?? "…";
  return valueText(value, option, currency(), m.field_yes());
}
