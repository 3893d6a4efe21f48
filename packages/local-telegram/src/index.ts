export type { DocumentOptions, PhotoOptions, SendOptions } from './apps.js';
export type * from './bot-api.js';
export { isUpload, uploadsOf, type ApiCall, type Upload } from './calls.js';
export { findEntities } from './entities.js';
export { LocalTelegramError, type LocalTelegramErrorCode } from './errors.js';
export type { Fault, FaultKind, FaultRule } from './faults.js';
export { LocalTelegram, type LocalTelegramOptions, type WaitOptions } from './local-telegram.js';
export type { SendLimit } from './send-limits.js';
export type { GroupOptions, UserOptions } from './society.js';
