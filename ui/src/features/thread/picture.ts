// How large a picture stands in a bubble.
const MAX_PX = { width: 300, height: 320 };
/** The narrowest bubble with its time: a narrower picture would stand beside a void. */
const MIN_PX = { width: 192, height: 64 };
const STICKER_PX = 144;

export interface Box {
  w: number;
  h: number;
}

/** Keeps the proportions; what is much too tall or too flat is cut here, and whole in the viewer. */
export function pictureBox(media: string, width_px?: number | null, height_px?: number | null): Box {
  const [width, height] = width_px && height_px ? [width_px, height_px] : [MAX_PX.width, (MAX_PX.width * 3) / 4];
  if (media === "sticker") {
    const scale = Math.min(STICKER_PX / width, STICKER_PX / height, 1);
    return { w: Math.max(96, Math.round(width * scale)), h: Math.max(64, Math.round(height * scale)) };
  }
  const fits = Math.min(width, MAX_PX.width, (MAX_PX.height * width) / height);
  const w = Math.round(Math.max(MIN_PX.width, fits));
  return { w, h: Math.round(Math.min(MAX_PX.height, Math.max(MIN_PX.height, (w * height) / width))) };
}
