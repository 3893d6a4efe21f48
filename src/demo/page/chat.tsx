import { useEffect, useRef, useState } from 'preact/hooks';
import type { CommandView, MessageView } from '../protocol.js';
import { IconButton } from './controls.js';
import { Conversation } from './conversation.js';
import { DropZone, PickedFile } from './files.js';
import { GroupSettings } from './group.js';
import { summary, usePage } from './page.js';
import { ask, sendFiles } from './server.js';

/** Of the text field, for what leads to it. */
export const FIELD_ID = 'message-field';

/** Characters of a message; Telegram refuses more. */
const MAX_TEXT = 4096;

/** The open chat: its messages, and everything that is about to be sent. */
export function Chat({ replyTo }: { replyTo: MessageView | null }) {
  const { state, language, words, self, chat, attempt, reply } = usePage();
  const [text, setText] = useState('');
  const [files, setFiles] = useState<readonly File[]>([]);
  const [asFile, setAsFile] = useState(false);
  const [from, setFrom] = useState(self.id);
  const field = useRef<HTMLInputElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (replyTo !== null) field.current?.focus();
  }, [replyTo]);

  const writing = { chat, from, ...(replyTo !== null && { replyTo: replyTo.id }) };
  /** What could not be sent is there again. */
  const send = async (written: string) => {
    const said = written.trim();
    if (said === '' && files.length === 0) return;
    setText('');
    setFiles([]);
    reply(null);
    const sent =
      files.length > 0
        ? sendFiles(writing, files, { caption: said, asFile })
        : ask('/api/text', { ...writing, text: said });
    if (await attempt(sent)) return;
    setText((since) => (since === '' ? written : since));
    setFiles((since) => (since.length === 0 ? files : since));
    reply(replyTo);
  };
  const sendExample = (name: string) => {
    reply(null);
    void attempt(ask('/api/example', { ...writing, name }));
  };
  const add = (added: Iterable<File>) => {
    setFiles((before) => [...before, ...added]);
    field.current?.focus();
  };
  /** In groups a command names the bot, since others may be there. */
  const named = ({ command }: CommandView) => `/${command}${chat === 'private' ? '' : `@${state.bot.username}`}`;

  /** What a text may become that is one word and begins with a slash; the first of them is what Enter sends. */
  const begin = /^\/(\S*)$/.exec(text)?.[1]?.toLowerCase();
  const commands = begin === undefined ? [] : state[chat].menu.filter(({ command }) => command.startsWith(begin));
  const key = ({ key, isComposing }: KeyboardEvent) => {
    if (key === 'Enter' && !isComposing) void send(commands[0] === undefined ? text : named(commands[0]));
    if (key === 'Escape') reply(null);
  };
  const label = files.length > 0 ? words.caption : words.write;
  return (
    <main>
      {chat !== 'private' && <GroupSettings />}
      <Conversation command={(written) => void send(written)} />
      <section class="composer">
        <div class="examples" role="group" aria-label={words.examples}>
          {state.examples.map(({ name, url, title }) => (
            <button key={name} type="button" onClick={() => sendExample(name)}>
              <img src={url} alt="" />
              <span>{title[language]}</span>
            </button>
          ))}
        </div>
        {files.length > 0 && (
          <div class="picked">
            <ul aria-label={words.picked}>
              {files.map((file) => (
                <PickedFile key={file} file={file} remove={() => setFiles(files.filter((one) => one !== file))} />
              ))}
            </ul>
            <label>
              <input type="checkbox" checked={asFile} onChange={() => setAsFile(!asFile)} /> {words.asFile}
            </label>
          </div>
        )}
        {replyTo !== null && (
          <div class="reply-bar">
            <strong>{words.replyTo(replyTo.from.name)}</strong>
            <span>{summary(replyTo, words)}</span>
            <IconButton icon="close" name={words.cancel} press={() => reply(null)} />
          </div>
        )}
        <div class="writing">
          {chat !== 'private' && (
            <select aria-label={words.writeAs} onChange={({ currentTarget }) => setFrom(Number(currentTarget.value))}>
              {state[chat].people.map(({ id, name }) => (
                <option key={id} value={id} selected={id === from}>
                  {name}
                </option>
              ))}
            </select>
          )}
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            onChange={({ currentTarget }) => {
              add([...(currentTarget.files ?? [])]);
              currentTarget.value = '';
            }}
          />
          <IconButton icon="attach" name={words.attach} press={() => picker.current?.click()} />
          <input
            ref={field}
            id={FIELD_ID}
            type="text"
            maxLength={MAX_TEXT}
            autocomplete="off"
            aria-label={label}
            placeholder={label}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
            onKeyDown={key}
          />
          <IconButton icon="send" name={words.send} press={() => void send(text)} />
        </div>
        {commands.length > 0 && (
          <div class="command-menu" role="group" aria-label={words.commands}>
            {commands.map((one) => (
              <button key={one.command} type="button" onClick={() => void send(named(one))}>
                <strong>/{one.command}</strong> {one.description}
              </button>
            ))}
          </div>
        )}
      </section>
      <DropZone take={add} />
    </main>
  );
}
