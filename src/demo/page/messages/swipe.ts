/** Pixels a finger travels to the left before it means "reply". */
const FAR_ENOUGH = 56;

/** No message follows the finger further. */
const FURTHEST = 72;

/** Lets a finger drag a message to the left to answer it, as in Telegram; scrolling goes on as usual. */
export function swipesToReply(row: HTMLElement, reply: () => void): void {
  let start: { readonly x: number; readonly y: number } | null = null;
  let distance = 0;
  const end = (): void => {
    if (start !== null && distance >= FAR_ENOUGH) reply();
    start = null;
    distance = 0;
    row.classList.remove('swiping', 'swiped');
    row.style.removeProperty('--swipe');
  };
  row.addEventListener(
    'touchstart',
    ({ touches }) => {
      const [touch] = touches;
      start = touches.length === 1 && touch !== undefined ? { x: touch.clientX, y: touch.clientY } : null;
    },
    { passive: true },
  );
  row.addEventListener(
    'touchmove',
    ({ touches }) => {
      const [touch] = touches;
      if (start === null || touch === undefined) return;
      const left = start.x - touch.clientX;
      const vertical = Math.abs(touch.clientY - start.y);
      if (distance === 0 && vertical > Math.abs(left)) {
        start = null;
        return;
      }
      distance = Math.max(0, Math.min(FURTHEST, left));
      row.classList.toggle('swiping', distance > 0);
      row.classList.toggle('swiped', distance >= FAR_ENOUGH);
      row.style.setProperty('--swipe', `${-distance}px`);
    },
    { passive: true },
  );
  row.addEventListener('touchend', end);
  row.addEventListener('touchcancel', () => {
    start = null;
    end();
  });
}
