import type { MessageView } from '../../protocol.js';

/** The address of what a message shows large: its photo, or its file where a browser can show it. */
export function pictureOf({ photo, document: file }: MessageView): string | undefined {
  return photo?.url ?? (file?.image === true ? file.url : undefined);
}
