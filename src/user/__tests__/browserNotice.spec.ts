import { browserNotifications } from '../../testing/user';
import { askPermission, permission, showInBrowser } from '../browserNotice';

describe('the notifications of the browser', () => {
  it('are not there in every browser', async () => {
    expect(permission()).toBeNull();
    await askPermission();
    expect(() => showInBrowser('a', 'b')()).not.toThrow();
  });

  it('are shown only if the person allowed it', async () => {
    const browser = browserNotifications('default');
    showInBrowser('a', 'b')();
    expect(browser.shown).toEqual([]);
    expect(browser.requestPermission).not.toHaveBeenCalled();
    await askPermission();
    expect(permission()).toBe('granted');
    const close = showInBrowser('a', 'b');
    expect(browser.shown).toHaveLength(1);
    close();
    expect(browser.shown[0]?.close).toHaveBeenCalled();
    browser.remove();
  });

  it('may be refused by the browser all the same', () => {
    const Refusing = () => {
      throw new TypeError('Illegal constructor');
    };
    Refusing.permission = 'granted';
    Object.assign(window, { Notification: Refusing });
    expect(() => showInBrowser('a', 'b')()).not.toThrow();
    delete (window as { Notification?: unknown }).Notification;
  });
});
