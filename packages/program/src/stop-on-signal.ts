// Ends a process in order: on SIGINT and SIGTERM, and when the process that started it is gone.

/**
 * Stops once, whatever comes how often: exit code 0, or 1 with a line when it could not stop cleanly.
 *
 * @param name as the line on standard error begins
 */
export function stopOnSignal(name: string, stop: () => Promise<unknown>): void {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) return;
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(`${name}: could not stop cleanly: ${String(error)}`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('disconnect', onSignal);
}
