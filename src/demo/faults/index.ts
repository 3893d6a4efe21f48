import type { BotKeeper } from '../bot/keeper.js';
import type { Cast } from '../cast.js';
import { RefusedError } from '../errors.js';
import type { FaultName, FaultsView, LogLineView } from '../protocol.js';
import { restarted } from './fault.js';
import type { ActiveFault, Fault, FaultTools } from './fault.js';
import { memoryHigh } from './memory-faults.js';
import { crash, deadline } from './stopped-engine.js';
import { fileGone, rateLimit, slowFile, unreachable } from './telegram-faults.js';

const FAULTS: Readonly<Record<FaultName, Fault>> = {
  crash,
  deadline,
  memory: memoryHigh,
  /** As an operator would do it. */
  off: { settings: { HEATMAP: 'off' }, start: () => ({ reason: 'disabled' }) },
  'rate-limit': rateLimit,
  'slow-file': slowFile,
  'file-gone': fileGone,
  unreachable,
};

/** They stop a process in mid-work by signals that Windows does not have. */
const UNAVAILABLE: readonly FaultName[] = process.platform === 'win32' ? ['crash', 'deadline'] : [];

export interface FaultOptions {
  readonly cast: Cast;
  readonly keeper: BotKeeper;
  readonly onChange: () => void;
}

interface SwitchedOn {
  readonly name: FaultName;
  readonly fault: ActiveFault;
}

/** Switches failures on and off, one at a time. The bot itself is the same all the while. */
export class FaultSwitch {
  readonly #options: FaultOptions;
  #on: SwitchedOn | null = null;
  #met = 0;
  #switching: Promise<void> | null = null;

  constructor(options: FaultOptions) {
    this.#options = options;
  }

  get view(): FaultsView {
    return { active: this.#on?.name ?? null, met: this.#met, unavailable: UNAVAILABLE };
  }

  /**
   * Switches the present fault off and this one on.
   *
   * @throws RefusedError `busy` while another is being switched, `failed` where this one cannot be had
   */
  async switchTo(name: FaultName | null): Promise<void> {
    if (this.#switching !== null) throw new RefusedError('busy', 'A fault is being switched.');
    if (name !== null && UNAVAILABLE.includes(name)) throw new RefusedError('failed', 'Not on this system.');
    this.#switching = this.#switch(name).finally(() => {
      this.#switching = null;
      this.#options.onChange();
    });
    await this.#switching;
  }

  /** Before somebody asks for something that is no photo. */
  async beforeUpdate(): Promise<void> {
    await this.#on?.fault.beforeUpdate?.();
  }

  /** Hears the bot's log, where each heatmap that failed has a line with its reason. */
  botSaid({ text, fields }: LogLineView): void {
    const reason = this.#on?.fault.reason;
    if (reason !== undefined && text === 'no heatmap' && fields['reason'] === reason) this.#count();
  }

  async #switch(name: FaultName | null): Promise<void> {
    const { cast, keeper } = this.#options;
    const before = this.#on;
    this.#on = null;
    this.#met = 0;
    before?.fault.end?.();
    if (name === null) {
      if (keeper.isChanged) await restarted(keeper, {});
      return;
    }
    // The photos that the bot knows shall meet the fault too, and it knows none after a restart.
    await restarted(keeper, FAULTS[name].settings ?? {});
    const isOn = (): boolean => this.#on?.fault === fault;
    const fault = await this.#started(FAULTS[name], {
      cast,
      keeper,
      onMet: () => {
        this.#count();
      },
      onOver: () => {
        if (isOn() && this.#switching === null) void this.switchTo(null);
      },
    });
    this.#on = { name, fault };
  }

  /** A fault that cannot be had leaves the usual bot. */
  async #started({ start }: Fault, tools: FaultTools): Promise<ActiveFault> {
    try {
      return await start(tools);
    } catch (error) {
      await restarted(tools.keeper, {});
      throw error;
    }
  }

  #count(): void {
    this.#met += 1;
    this.#options.onChange();
  }
}
