import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { IconButton } from './controls.js';
import { usePage } from './page.js';

interface Props {
  /** A panel stands beside the chat, where there is room for both. */
  readonly kind: 'panel' | 'compare';
  readonly name: string;
  readonly title?: string;
  readonly close: () => void;
  readonly children: ComponentChildren;
}

/** Something over the page until it is closed; the browser then gives the focus back. */
export function Dialog({ kind, name, title = name, close, children }: Props) {
  const { words } = usePage();
  const node = useRef<HTMLDialogElement>(null);
  const end = () => node.current?.close();
  useEffect(() => {
    const dialog = node.current;
    if (kind === 'panel' && matchMedia('(min-width: 960px)').matches) dialog?.show();
    else dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={node}
      class={kind}
      aria-label={name}
      // It is told later, when another one may have taken its place.
      onClose={() => node.current && close()}
      onKeyDown={({ key }) => key === 'Escape' && end()}
      onClick={({ target }) => target === node.current && node.current?.matches(':modal') && end()}
    >
      <header>
        <h2>{title}</h2>
        <IconButton icon="close" name={words.close} press={end} />
      </header>
      {children}
    </dialog>
  );
}
