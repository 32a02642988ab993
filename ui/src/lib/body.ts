// Names and icons of what a message can be, for list rows, quotes and search hits.
import Ban from "@lucide/svelte/icons/ban";
import ChartBar from "@lucide/svelte/icons/chart-bar";
import FileText from "@lucide/svelte/icons/file-text";
import Image from "@lucide/svelte/icons/image";
import MapPin from "@lucide/svelte/icons/map-pin";
import Mic from "@lucide/svelte/icons/mic";
import Music from "@lucide/svelte/icons/music";
import Sticker from "@lucide/svelte/icons/sticker";
import UserRound from "@lucide/svelte/icons/user-round";
import Video from "@lucide/svelte/icons/video";
import type { IconOf } from "../components/icon";
import { m } from "../paraglide/messages.js";

export function kindIcon(kind: string): IconOf | undefined {
  return {
    image: Image,
    video: Video,
    animation: Video,
    voice: Mic,
    audio: Music,
    document: FileText,
    sticker: Sticker,
    location: MapPin,
    contact: UserRound,
    poll: ChartBar,
    unsupported: Ban,
  }[kind];
}

/** Characters that change how the rest of a name looks, or that nobody sees: "invoice\u202efdp.exe" reads as a PDF. */
const DECEPTIVE = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A file's name as it may be shown: data from whoever sent it. */
export function fileName(name: string | null | undefined, kind: string): string {
  return name?.replace(DECEPTIVE, "").trim() || kindName(kind);
}

export function kindName(kind: string): string {
  switch (kind) {
    case "image":
      return m.kind_image();
    case "video":
      return m.kind_video();
    case "animation":
      return m.kind_animation();
    case "voice":
      return m.kind_voice();
    case "audio":
      return m.kind_audio();
    case "document":
      return m.kind_document();
    case "sticker":
      return m.kind_sticker();
    case "location":
      return m.kind_location();
    case "contact":
      return m.kind_contact();
    case "poll":
      return m.kind_poll();
    case "unsupported":
      return m.kind_unsupported();
    default:
      return m.kind_text();
  }
}
