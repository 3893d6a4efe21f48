/** What one request may carry. Telegram takes files of 50 MB; the fields around one need a little more. */
export const MAX_BODY_BYTES = 50 * 1024 * 1024 + 256 * 1024;

/** How long the rest of a refused body is read, in milliseconds, so that the client gets to its answer. */
export const MAX_DRAIN_MS = 5000;

/** Form parts of one request: ten album items with a thumbnail each, and every field a method knows. */
export const MAX_FORM_PARTS = 100;

/** A bot may download no larger file. */
export const MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024;

/** A bot may upload no larger photo. */
export const MAX_PHOTO_BYTES = 10 * 1024 * 1024;

/** Width and height of a photo together. */
export const MAX_PHOTO_SIDES = 10_000;

/** The longer side of a photo over the shorter. */
export const MAX_PHOTO_RATIO = 20;

export const MAX_TEXT_LENGTH = 4096;
export const MAX_CAPTION_LENGTH = 1024;
export const MAX_CALLBACK_DATA_BYTES = 64;
export const MAX_CALLBACK_ANSWER_LENGTH = 200;
export const MIN_ALBUM = 2;
export const MAX_ALBUM = 10;

/** Buttons under one message. */
export const MAX_BUTTONS = 100;

/** Updates in one getUpdates answer. */
export const MAX_UPDATES_PER_ANSWER = 100;

/** The longest that getUpdates is held open, in seconds. */
export const MAX_POLL_SECONDS = 50;

/** Updates that nobody fetched; the oldest go, as Telegram forgets what is a day old. */
export const MAX_WAITING_UPDATES = 10_000;

/** Bytes of all files kept for download; the oldest go first. */
export const MAX_FILE_BYTES_KEPT = 256 * 1024 * 1024;

/** File identifiers kept; enough for days of a demo, and each costs some hundred bytes. */
export const MAX_FILES_KEPT = 50_000;

/** Bytes of uploads kept in the log of calls; the oldest are emptied first. */
export const MAX_UPLOAD_BYTES_LOGGED = 256 * 1024 * 1024;

/** Calls kept in the log; the oldest go first. */
export const MAX_CALLS_LOGGED = 100_000;

/** Updates kept after they were handed over, for checks. */
export const MAX_UPDATES_LOGGED = 10_000;

/** Messages kept in one chat; the oldest go first. */
export const MAX_MESSAGES_PER_CHAT = 20_000;

/** Button presses that can still be answered. */
export const MAX_OPEN_CALLBACKS = 1000;

/** Fault rules that are switched on at the same time. */
export const MAX_FAULTS = 1000;

/** What a webhook is given to answer, in milliseconds. */
export const WEBHOOK_TIMEOUT_MS = 60_000;

/** The first pause before an update is sent to a webhook again; each next one is twice as long. */
export const WEBHOOK_FIRST_PAUSE_MS = 50;

/** The longest pause between two attempts to reach a webhook. */
export const WEBHOOK_LONGEST_PAUSE_MS = 5000;

/** How long a test waits for something to happen unless it says otherwise. */
export const DEFAULT_WAIT_MS = 20_000;

/** Calls listed when something did not happen in time. */
export const CALLS_IN_TIMEOUT = 15;
