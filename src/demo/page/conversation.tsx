import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { MessageView } from '../protocol.js';
import { Message } from './message.js';
import type { Block } from './message.js';
import { usePage } from './page.js';

/** As near to the end, in pixels, it still counts as being there. */
const NEAR_END = 60;

/**
 * Keeps a list at its end, with each render and each change of its size or its parts', for as long as nobody scrolls up.
 *
 * @param back leads back there whenever it changes
 */
export function useEnd<Node extends HTMLElement>(back?: number) {
  const list = useRef<Node>(null);
  const atEnd = useRef(true);
  const before = useRef(0);
  const follow = () => {
    if (atEnd.current) list.current?.scrollTo({ top: list.current.scrollHeight });
  };
  useLayoutEffect(() => {
    atEnd.current = true;
  }, [back]);
  useLayoutEffect(follow);
  useEffect(() => {
    const resized = new ResizeObserver(follow);
    // Pictures take their place late.
    for (const part of [list.current, ...(list.current?.children ?? [])]) if (part !== null) resized.observe(part);
    return () => resized.disconnect();
  }, []);
  const onScroll = () => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = list.current ?? {};
    const isNear = scrollHeight - scrollTop - clientHeight < NEAR_END;
    // What has grown meanwhile moves the end away, and is told of later.
    if (isNear || scrollTop < before.current) atEnd.current = isNear;
    before.current = scrollTop;
  };
  return { ref: list, onScroll };
}

/**
 * The messages of the open chat.
 *
 * @param command called with a command that is clicked in one of them
 */
export function Conversation({ command }: { command: (command: string) => void }) {
  const { state, chat } = usePage();
  return state[chat].messages.length === 0 ? <Empty /> : <Messages command={command} />;
}

function Messages({ command }: { command: (command: string) => void }) {
  const { state, chat, words, self } = usePage();
  const { messages, doing } = state[chat];
  const end = useEnd<HTMLDivElement>(messages.findLast(({ from }) => from.id === self.id)?.id);
  return (
    <div class="scroller" {...end}>
      <ol class="messages" aria-label={words.messages}>
        {blocksOf(messages).map((block) => (
          <Message key={block[0].id} block={block} command={command} />
        ))}
      </ol>
      <p class="doing" role="status">
        {doing && words.doing[doing](state.bot.name)}
      </p>
    </div>
  );
}

/** What an empty chat shows: what the bot is, and the shortest way to see it work. */
function Empty() {
  const { state, chat, words } = usePage();
  return (
    <section class="scroller empty">
      <img src="/icon.svg" alt="" />
      {chat === 'private' && <p>{state.bot.description}</p>}
      <h2>{words.empty[chat]}</h2>
      {chat === 'private' ? <p class="hint">{words.tryHint}</p> : <p class="hint steps">{words.groupHint}</p>}
      <p class="hint">{words.aboutDemo}</p>
    </section>
  );
}

/** A chat's messages with those of one album together. */
function blocksOf(messages: readonly MessageView[]): Block[] {
  const blocks: Block[] = [];
  for (const message of messages) {
    const last = blocks.at(-1);
    if (message.album !== undefined && last?.[0].album === message.album)
      blocks[blocks.length - 1] = [...last, message];
    else blocks.push([message]);
  }
  return blocks;
}
