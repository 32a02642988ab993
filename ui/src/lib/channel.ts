// The channels as people know them. Line types come from the backend; several types share a channel.
import { m } from "../paraglide/messages.js";

export type Channel = "whatsapp" | "telegram" | "messenger" | "instagram" | "simulator";

export function channelOf(lineType: string): Channel {
  if (lineType.startsWith("wa_") || lineType.startsWith("whatsapp")) return "whatsapp";
  if (lineType.startsWith("telegram")) return "telegram";
  if (lineType === "messenger" || lineType === "instagram") return lineType;
  return "simulator";
}

/** What was said elsewhere before: nothing comes or goes by such a line. */
export const isHistory = (lineType: string): boolean => lineType === "whatsapp_export";

export function channelName(channel: Channel): string {
  switch (channel) {
    case "whatsapp":
      return "WhatsApp";
    case "telegram":
      return "Telegram";
    case "messenger":
      return "Messenger";
    case "instagram":
      return "Instagram";
    case "simulator":
      return m.channel_simulator();
  }
}

/** The same inside a sentence: "Sample customers" reads like a part of it there, and is set off. */
export function channelInSentence(channel: Channel): string {
  const name = channelName(channel);
  return channel === "simulator" ? m.quoted({ text: name }) : name;
}
