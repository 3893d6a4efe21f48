import { useEffect, useState } from 'preact/hooks';
import type { MapView, MessageView } from '../protocol.js';
import { Dialog } from './dialog.js';
import { pictureOf, usePage } from './page.js';
import { ask } from './server.js';
import { Stage } from './stage.js';
import type { Cell } from './stage.js';
import { firstOf } from './text.js';
import { percent } from './words/words.js';

/** Photo and heatmap over each other, the classes as buttons, the map's numbers under the pointer. */
export function Compare({ heatmap, close }: { heatmap: MessageView; close: () => void }) {
  const { state, chat, words, language, attempt } = usePage();
  const told = heatmap.text && firstOf('bold', heatmap.text);
  const [asked, setAsked] = useState(told);
  const [loading, setLoading] = useState(true);
  const [view, setView] = useState<MapView | null>(null);
  const [cell, setCell] = useState<Cell | null>(null);
  useEffect(() => {
    let left = false;
    const look = async () => {
      setLoading(true);
      const work = ask('/api/map', {
        chat,
        photo: heatmap.explains ?? 0,
        ...(asked !== undefined && { label: asked }),
      });
      const answered = await attempt(work);
      if (left) return;
      setLoading(false);
      if (answered) setView(await work);
    };
    void look();
    return () => {
      left = true;
    };
  }, [asked]);

  const photo = state[chat].messages.find(({ id }) => id === heatmap.explains);
  const chosen = view?.classes.find(({ label }) => label === view.label);
  /** The chat's own until there is another; none for a class that has no map. */
  const over = pictureOf(heatmap, words);
  const drawn = over && view?.map ? { ...over, url: view.map.picture } : view === null ? over : null;
  const sentence = () => {
    if (loading) return words.numbersLoading;
    if (view === null) return '';
    if (view.map === undefined) return words.numbersNone;
    if (cell === null) return matchMedia('(hover: none)').matches ? words.numbersTouch : words.numbersPoint;
    const value = view.map.values[cell.row * view.map.columns + cell.column] ?? 0;
    return words.cell(cell.row + 1, cell.column + 1, percent(value, language));
  };
  return (
    <Dialog
      kind="compare"
      name={words.compareTitle}
      title={chosen?.names[language] ?? told ?? words.heatmap}
      close={close}
    >
      <Stage
        photo={photo ? pictureOf(photo, words) : null}
        heatmap={drawn}
        map={view?.map}
        cell={cell}
        read={setCell}
      />
      <p class="hint" role="status">
        {sentence()}
      </p>
      <div class="classes" role="group" aria-label={words.classes}>
        {view?.classes.map(({ label, names, probability }) => (
          <button
            key={label}
            type="button"
            aria-pressed={label === view.label}
            aria-busy={loading && label === asked}
            style={{ '--share': `${probability * 100}%` }}
            onClick={() => setAsked(label)}
          >
            <span>{names[language]}</span> <span>{percent(probability, language, 1)}</span>
          </button>
        ))}
      </div>
    </Dialog>
  );
}
