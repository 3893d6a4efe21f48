/** What hosts set: Railway, Heroku, Cloud Run. */
const SET_BY_HOSTS = /^(?:RAILWAY_\w+|DYNO|K_SERVICE)$/;

function isSet(value: string | undefined): boolean {
  return (value?.trim() ?? '') !== '';
}

function isProduction(env: NodeJS.ProcessEnv): boolean {
  return (
    env['NODE_ENV']?.trim() === 'production' ||
    Object.keys(env).some((name) => SET_BY_HOSTS.test(name) && isSet(env[name]))
  );
}

/**
 * Whether to show the demo, which needs no token: there is none, and this is nowhere where people wait for the real
 * bot. There a missing token is a mistake.
 */
export function isDemo(env: NodeJS.ProcessEnv): boolean {
  return !isSet(env['BOT_TOKEN']) && !isProduction(env);
}
