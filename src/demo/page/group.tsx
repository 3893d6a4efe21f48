import { useState } from 'preact/hooks';
import type { GroupView } from '../protocol.js';
import { Switch } from './controls.js';
import { usePage } from './page.js';
import { ask } from './server.js';

/** The two things that decide what the bot sees of a group, each with what it does now. */
export function GroupSettings() {
  const { state, words, attempt } = usePage();
  const { privacy, botIsAdmin } = state.groupSettings;
  const [roomy] = useState(() => matchMedia('(min-width: 720px)').matches);
  const set = (setting: Partial<GroupView>) => void attempt(ask('/api/group', setting));
  const privacySays = privacy ? words.privacyOn : words.privacyOff;
  return (
    <details class="group-settings" open={roomy}>
      <summary>{words.groupSettings}</summary>
      <Switch name={words.privacyMode} says={privacySays} on={privacy} toggle={() => set({ privacy: !privacy })} />
      <Switch
        name={words.botIsAdmin}
        says={botIsAdmin ? words.adminOn : words.adminOff}
        on={botIsAdmin}
        toggle={() => set({ botIsAdmin: !botIsAdmin })}
      />
    </details>
  );
}
