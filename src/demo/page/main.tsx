import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { Desk } from './desk.js';
import { useServer } from './server.js';
import type { Server } from './server.js';
import { CATALOGUES } from './words/words.js';
import type { Words } from './words/words.js';

/** The page as a whole; a demo that was started again begins it anew. */
function App() {
  const server = useServer();
  const { state } = server;
  const self = state?.private.people[0];
  const language = self?.language ?? 'en';
  const words = CATALOGUES[language];
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <>
      <Banner {...server} words={words} />
      {state && self && <Desk key={state.run} state={state} self={self} words={words} />}
    </>
  );
}

/** A line over everything while the demo or its bot is not there. */
function Banner({ state, connected, words }: Server & { words: Words }) {
  const bot = state?.botState;
  const gone = state !== null && !connected;
  let said = words.connecting;
  if (gone) said = words.stopped;
  else if (bot !== undefined) said = bot.state === 'ended' ? words.botEnded(bot.why) : words.botState[bot.state];
  return (
    <div class={gone || bot?.state === 'ended' ? 'banner bad' : 'banner'} role="status">
      {said}
    </div>
  );
}

render(<App />, document.body);
