/** Windows has no groups of processes; there the vision process ends when the bot, which it is connected to, is gone. */
export const HAS_GROUPS = process.platform !== 'win32';

/** Ends a process that leads a group, and all of the group at once: a vision process that stands still would stay. */
export function endGroup(leader: number): void {
  try {
    process.kill(HAS_GROUPS ? -leader : leader, 'SIGKILL');
  } catch {
    // All of them have ended.
  }
}
