import { HAS_TENSORFLOW } from './support/backends.js';

/** Tests of the backend "tensorflow" would test the others instead where it is not there. */
export default function setup(): void {
  if (!HAS_TENSORFLOW) throw new Error('The backend "tensorflow" is not installed: `npm run tensorflow` installs it.');
}
