import sharp from 'sharp';

/**
 * Sharp, set up once for this process; the rest of this room takes it from here.
 *
 * libvips keeps no finished operations, because no picture is decoded twice in the same way, and works with one
 * thread, because the process answers one call at a time beside the network's own threads. Of its loaders only six
 * stay open, and those only for bytes in memory: a drawing or a document never reaches a parser that this program
 * does not need.
 */
sharp.cache(false);
sharp.concurrency(1);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadHeifBuffer',
    'VipsForeignLoadNsgifBuffer',
    'VipsForeignLoadTiffBuffer',
  ],
});

export { sharp };
