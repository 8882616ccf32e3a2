/**
 * How long a browser that is never done is waited for, in milliseconds.
 */
const PATIENCE = 2000;

/**
 * Wait until the browser has nothing else to do.
 */
export function whenQuiet(): Promise<void> {
  return new Promise(resolve => {
    // Safari cannot tell.
    if ('requestIdleCallback' in window) {
      window.requestIdleCallback(() => resolve(), { timeout: PATIENCE });
    } else {
      setTimeout(resolve, PATIENCE);
    }
  });
}
