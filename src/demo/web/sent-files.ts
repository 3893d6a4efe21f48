import { fileTypeFromBuffer } from 'file-type';
import type { Context } from 'hono';
import { SHOWN_IMAGES } from '../view/messages.js';

/** The bytes of a file never change under its address. */
const FOR_EVER = 'private, max-age=31536000, immutable';

/** A file from a chat. Only pictures are shown; anything else could be a page with scripts in it, and is saved. */
export async function sentFile(context: Context, bytes: Uint8Array): Promise<Response> {
  const mime = (await fileTypeFromBuffer(bytes))?.mime;
  const shown = mime !== undefined && SHOWN_IMAGES.includes(mime);
  return context.body(new Uint8Array(bytes), 200, {
    'Content-Type': shown ? mime : 'application/octet-stream',
    'Cache-Control': FOR_EVER,
    ...(!shown && { 'Content-Disposition': 'attachment' }),
  });
}
