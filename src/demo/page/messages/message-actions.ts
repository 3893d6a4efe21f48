import type { ButtonView, ChatKey, MessageView } from '../../protocol.js';

/** What can be done from a message; who offers a message does not know who does it. */
export interface MessageActions {
  reply(message: MessageView): void;
  edit(message: MessageView): void;
  remove(message: MessageView): void;
  /** Scrolls to a message of the open chat. */
  jumpTo(id: number): void;
  enlarge(message: MessageView): void;
  compare(message: MessageView): void;
  press(message: MessageView, button: ButtonView): void;
  isWaiting(message: MessageView, button: ButtonView): boolean;
  command(chat: ChatKey, command: string): void;
}
