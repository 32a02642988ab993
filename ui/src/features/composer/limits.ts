// What a channel takes, in words: before a file is chosen, and about one that is too large.
import { intlTag } from "../../app/locale.svelte";
import type { AbilitiesView, ConversationView, MediaKind } from "../../backend";
import { channelInSentence, channelOf } from "../../lib/channel";
import { bytes } from "../../lib/numbers";
import { m } from "../../paraglide/messages.js";

/** "Photos up to 10 MB · other files up to 50 MB": each kind that has a limit of its own, then the rest. */
export function limitsText(abilities: AbilitiesView): string {
  const kinds = [
    { max: abilities.max_photo_bytes, words: m.limits_photos },
    { max: abilities.max_video_bytes, words: m.limits_videos },
    { max: abilities.max_audio_bytes, words: m.limits_sound },
  ];
  const own = kinds.filter(({ max }) => max < abilities.max_upload_bytes);
  const rest = own.length > 0 ? m.limits_other : m.limits_files;
  const all = [
    ...own.map(({ max, words }) => words({ limit: bytes(max) })),
    rest({ limit: bytes(abilities.max_upload_bytes) }),
  ].join(" · ");
  return all.charAt(0).toLocaleUpperCase(intlTag()) + all.slice(1);
}

export function overLimitText(name: string, size: number, max: number, media: MediaKind, view: ConversationView) {
  const inputs = { name, size: bytes(size), limit: bytes(max), channel: channelInSentence(channelOf(view.line.type)) };
  switch (media) {
    case "image":
      return m.photo_over_limit(inputs);
    case "video":
      return m.video_over_limit(inputs);
    case "audio":
    case "voice":
      return m.sound_over_limit(inputs);
    default:
      return m.file_over_limit(inputs);
  }
}
