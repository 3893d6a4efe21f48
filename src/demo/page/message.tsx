import { useEffect, useState } from 'preact/hooks';
import type { ButtonView, MessageView } from '../protocol.js';
import { Icon, IconButton } from './controls.js';
import { pictureOf, summary, usePage } from './page.js';
import type { Awaited } from './page.js';
import { ask } from './server.js';
import { Text } from './text.js';
import { clock } from './words/words.js';

/** A message, or the messages of one album. */
export type Block = readonly [MessageView, ...MessageView[]];

/**
 * One message, or one album, with everything that belongs to it.
 *
 * @param command called with a command that is clicked in its text
 */
export function Message({ block, command }: { block: Block; command: (command: string) => void }) {
  const { state, words, language, self, chat, reply } = usePage();
  const [first] = block;
  const own = first.from.id === self.id;
  const quoted = state[chat].messages.find(({ id }) => id === first.replyTo);
  return (
    <li class={own ? 'row own' : 'row'}>
      <div class="stack">
        <article>
          {chat !== 'private' && !own && <strong class="sender">{first.from.name}</strong>}
          {quoted && <p class="quote">{words.inReplyTo(quoted.from.name, summary(quoted, words))}</p>}
          <div class={block.length > 1 ? 'album' : undefined}>
            {block.map((message, index) => (
              <Carried key={message.id} message={message} place={block.length > 1 ? index + 1 : null} />
            ))}
          </div>
          {block.map(({ id, text }) => text && <Text key={id} said={text} command={command} />)}
          <time>{clock(first.date, language)}</time>
        </article>
        <Keyboard block={block} />
      </div>
      <IconButton icon="reply" name={words.reply} press={() => reply(first)} />
    </li>
  );
}

/** What a message carries beside its text; the picture by itself is shown by the browser. */
function Carried({ message, place }: { message: MessageView; place: number | null }) {
  const { words, compare } = usePage();
  const { photo, document: file, explains } = message;
  const picture = pictureOf(message, words);
  return (
    <>
      {picture !== null && (
        <div class="picture">
          <a href={picture.url} target="_blank">
            <img src={picture.url} alt={picture.name} width={photo?.width} height={photo?.height} />
          </a>
          {explains !== undefined && place !== null && (
            <IconButton icon="compare" name={words.comparePhoto(place)} press={() => compare(message)} />
          )}
        </div>
      )}
      {file && (
        <p class="file">
          <a href={file.url} download={file.name}>
            {file.name}
          </a>
        </p>
      )}
    </>
  );
}

/** The rows of buttons under a message: the bot's own, and under a heatmap the page's "Compare". */
function Keyboard({ block }: { block: Block }) {
  const { words, compare } = usePage();
  const [message] = block;
  return (
    <div class="keyboard">
      {block.length === 1 && message.explains !== undefined && (
        <button type="button" onClick={() => compare(message)}>
          <Icon name="compare" /> {words.compare}
        </button>
      )}
      {message.buttons.map((row, index) => (
        <div key={index}>
          {row.map((button) => (
            <BotButton key={button.text} message={message.id} button={button} />
          ))}
        </div>
      ))}
    </div>
  );
}

/** Waits, once pressed, until the bot has answered; what it says goes when that has come which it announces. */
function BotButton({ message: id, button: { text, data } }: { message: number; button: ButtonView }) {
  const { state, chat, self, attempt, notify } = usePage();
  const [pressed, setPressed] = useState<(Awaited & { readonly query?: string }) | null>(null);
  const answer = state.answers.find(({ query }) => query === pressed?.query);
  useEffect(() => {
    if (answer === undefined || pressed === null) return;
    if (answer.text !== undefined) notify(answer.text, pressed);
    setPressed(null);
  }, [answer]);

  const press = async () => {
    const awaited = { chat, before: state[chat].messages };
    setPressed(awaited);
    const asked = ask('/api/press', { chat, from: self.id, id, data });
    setPressed((await attempt(asked)) ? { ...awaited, ...(await asked) } : null);
  };
  return (
    <button type="button" aria-busy={pressed !== null} onClick={() => void press()}>
      {text}
    </button>
  );
}
