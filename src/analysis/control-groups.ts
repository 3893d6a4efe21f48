import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a file holds, without white space around it; null where it cannot be read. */
export function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

/** From a group up to the mount: each is bound by those above it. */
function upFrom(mount: string, group: string): string[] {
  // A group outside of what this process can see is written with `..`; the mount itself is then all there is.
  const own = group.includes('..') ? mount : join(mount, group);
  const folders: string[] = [];
  for (let folder = own; folder.startsWith(mount); folder = dirname(folder)) folders.push(folder);
  return folders;
}

/**
 * The folders of the control groups that bind this process, its own first, for each version of cgroups.
 *
 * @param controller of version 1
 * @param root the folder that `/proc` and `/sys` are in
 */
export function controlGroups(
  controller: 'memory' | 'cpu',
  root: string,
): { readonly v2: readonly string[]; readonly v1: readonly string[] } {
  const groups = (read(join(root, 'proc/self/cgroup')) ?? '').split('\n').map((line) => {
    const [, controllers = '', ...path] = line.split(':');
    return { controllers: controllers.split(','), path: path.join(':') };
  });
  const v2 = groups.find(({ controllers: [first] }) => first === '')?.path ?? '/';
  const v1 = groups.find(({ controllers }) => controllers.includes(controller))?.path ?? '/';
  const mount = join(root, 'sys/fs/cgroup');
  return { v2: upFrom(mount, v2), v1: upFrom(join(mount, controller), v1) };
}
