import { useEnd } from './conversation.js';
import { usePage } from './page.js';
import { clock } from './words/words.js';

/** What the bot logs, line by line. */
export function Log() {
  const { state, words, language } = usePage();
  const end = useEnd<HTMLOListElement>();
  return (
    <>
      <p class="hint">{words.logIntro}</p>
      <ol class="log" tabIndex={0} aria-label={words.logLines} {...end}>
        {state.log.map(({ time, level, text, fields }) => (
          <li key={`${time} ${text}`} class={level}>
            <details>
              <summary>
                <time>{clock(time, language, 'medium')}</time> <b>{level}</b> {text}
              </summary>
              <pre>{JSON.stringify(fields, null, 1)}</pre>
            </details>
          </li>
        ))}
      </ol>
    </>
  );
}
