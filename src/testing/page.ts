/**
 * A page as lists find it in a browser, and as empty for each test as a new one. Loaded by Jest
 * before each file.
 */

// jsdom lays nothing out, so nothing has a size; see layout.ts.
window.ResizeObserver ??= class implements ResizeObserver {
  observe(): void {
    return undefined;
  }

  unobserve(): void {
    return undefined;
  }

  disconnect(): void {
    return undefined;
  }
};

// What the panel keeps for after a reload of the page is not for the next test.
afterEach(() => {
  window.sessionStorage.clear();
});
