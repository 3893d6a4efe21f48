import { useState } from 'preact/hooks';
import type { FaultName } from '../protocol.js';
import { Switch } from './controls.js';
import { usePage } from './page.js';
import { ask } from './server.js';

/** Failures to switch on, each with what to do, what to see, and what helps in earnest. */
export function Faults() {
  const { state, words, attempt } = usePage();
  const { active, met, unavailable } = state.faults;
  const [switching, setSwitching] = useState<FaultName | null>(null);
  const toggle = async (name: FaultName) => {
    setSwitching(name);
    await attempt(ask('/api/fault', { name: active === name ? null : name }));
    setSwitching(null);
  };
  const statusOf = (name: FaultName) => {
    if (unavailable.includes(name)) return words.faultUnavailable;
    if (switching === name) return words.faultSwitching;
    if (active !== name) return '';
    return met === 0 ? words.faultWaiting : words.faultMet(met);
  };
  const fault = (name: FaultName) => {
    const { title, broken, seen, operator } = words.fault[name];
    return (
      <section key={name} class={active === name ? 'fault on' : 'fault'}>
        <Switch
          name={title}
          says={broken}
          on={active === name}
          disabled={unavailable.includes(name) || switching !== null}
          toggle={() => void toggle(name)}
        />
        <p class="status" role="status">
          {statusOf(name)}
        </p>
        <details open={active === name}>
          <summary>{words.faultDetails}</summary>
          <h3>{words.faultSeen}</h3>
          <p>{seen}</p>
          <h3>{words.faultOperator}</h3>
          <p>{operator.split('`').map((part, index) => (index % 2 === 1 ? <code>{part}</code> : part))}</p>
        </details>
      </section>
    );
  };
  return (
    <div class="panel-body">
      <p class="hint">{words.faultsIntro}</p>
      {(Object.keys(words.fault) as FaultName[]).map(fault)}
    </div>
  );
}
