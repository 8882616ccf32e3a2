/**
 * The browser's own notification, which is seen while the page is hidden.
 *
 * Not JupyterLab's, which has the same name.
 */
type Browser = typeof window.Notification;

/**
 * Another one with the same tag takes its place, that of another tab too.
 */
const TAG = 'hub-admin-deadline';

/**
 * What the person said to it; null: this browser, or this page without TLS, has none.
 */
export function permission(): NotificationPermission | null {
  return browser()?.permission ?? null;
}

/**
 * Ask the person, who pressed a button for it.
 */
export async function askPermission(): Promise<void> {
  await browser()?.requestPermission();
}

/**
 * Show it if the person allowed that.
 *
 * @returns a function that takes it away
 */
export function showInBrowser(title: string, body: string): () => void {
  const Shown = browser();
  if (Shown?.permission !== 'granted') {
    return () => undefined;
  }
  try {
    const shown = new Shown(title, { body, tag: TAG });
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
    return () => shown.close();
  } catch {
    // Browsers of phones let only service workers show any.
    return () => undefined;
  }
}

function browser(): Browser | undefined {
  return (window as { Notification?: Browser }).Notification;
}
