import { execFileSync } from 'node:child_process';

/** Tests drive the real child processes and the real command line, which run from `dist`. */
export default function setup(): void {
  process.stdout.write('\nBuilding what the tests run ...\n');
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}
