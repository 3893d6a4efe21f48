/**
 * What else a machine does for each photo: takes so many milliseconds of the processor, told in one argument, for each
 * message, until one says that it was the last.
 */
const [milliseconds = '0'] = process.argv.slice(2);

process.on('message', (message) => {
  if (message === 'last') {
    process.disconnect();
    return;
  }
  const before = process.cpuUsage();
  let used = 0;
  while (used < Number(milliseconds)) {
    const { user, system } = process.cpuUsage(before);
    used = (user + system) / 1000;
  }
});
