import { useEffect, useMemo, useState } from 'preact/hooks';
import { IconButton } from './controls.js';
import { usePage } from './page.js';

/** A file that was picked, until it is sent. */
export function PickedFile({ file, remove }: { file: File; remove: () => void }) {
  const { words } = usePage();
  const address = useMemo(() => URL.createObjectURL(file), [file]);
  const done = () => URL.revokeObjectURL(address);
  return (
    <li title={file.name}>
      {/* Of what is no picture its name is shown. */}
      <img src={address} alt={file.name} onLoad={done} onError={done} />
      <IconButton icon="close" name={words.removePicked(file.name)} press={remove} />
    </li>
  );
}

/** Takes files that are dragged onto the page or pasted into it. */
export function DropZone({ take }: { take: (files: Iterable<File>) => void }) {
  const { words } = usePage();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const drag = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      // Leaving one part of the page is entering another, unless it leads to none.
      setOver(event.type !== 'drop' && !(event.type === 'dragleave' && event.relatedTarget === null));
      if (event.type === 'drop') take(event.dataTransfer.files);
    };
    const paste = (event: ClipboardEvent) => {
      if (!event.clipboardData?.files.length) return;
      event.preventDefault();
      take(event.clipboardData.files);
    };
    const kinds = ['dragenter', 'dragover', 'dragleave', 'drop'] as const;
    for (const kind of kinds) document.addEventListener(kind, drag);
    document.addEventListener('paste', paste);
    return () => {
      for (const kind of kinds) document.removeEventListener(kind, drag);
      document.removeEventListener('paste', paste);
    };
  }, []);
  return over ? <p class="drop-zone">{words.dropHere}</p> : null;
}
