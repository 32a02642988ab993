// What a person types as a phone number, with the country they chose beside it. The number itself is read by the
// app alone; here is only put together what it is to read.

/** The text to save: as typed for the workspace's own country, else behind the calling code. */
export function phoneToSave(typed: string, country: string, calling_code: string, workspace_country: string): string {
  const text = typed.trim();
  if (text === "" || text.startsWith("+") || text.startsWith("00") || country === workspace_country) return text;
  return calling_code === "" ? text : `${calling_code} ${text}`;
}

/** Another country was chosen: an international number changes its calling code, a local one stays as typed. */
export function withCallingCode(typed: string, from: string, to: string): string {
  const text = typed.trim();
  if (from === "" || to === "" || !text.startsWith(from)) return text;
  return `${to} ${text.slice(from.length).trim()}`.trim();
}
