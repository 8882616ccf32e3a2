/**
 * jsdom lays nothing out. Here every row is as high as it usually is and what scrolls as high as a
 * test says, so that lists show the rows that would be in view.
 */

import { act } from '@testing-library/react';

/**
 * The height of a row, and of one that shows how a start goes on.
 */
const ROW = 28;
const STARTING_ROW = 46;

/**
 * Whatever is observed counts as seen at once.
 */
class SeenObserver implements IntersectionObserver {
  constructor(private readonly _callback: IntersectionObserverCallback) {}

  readonly root = null;
  readonly rootMargin = '';
  readonly thresholds = [];

  observe(target: Element): void {
    this._callback(
      [{ isIntersecting: true, target } as IntersectionObserverEntry],
      this
    );
  }

  unobserve(): void {
    return undefined;
  }

  disconnect(): void {
    return undefined;
  }

  takeRecords(): IntersectionObserverEntry[] {
    return [];
  }
}

/**
 * Tells the size of whatever is observed, once.
 */
class SizeObserver implements ResizeObserver {
  constructor(private readonly _callback: ResizeObserverCallback) {}

  observe(target: Element): void {
    this._callback([{ target } as ResizeObserverEntry], this);
  }

  unobserve(): void {
    return undefined;
  }

  disconnect(): void {
    return undefined;
  }
}

/**
 * Lay out lists until the returned function is called.
 *
 * @param height - of what scrolls, in pixels
 * @param isEndSeen - whether the end of what is loaded is in view, so that more is loaded
 */
export function layOut(height: number, isEndSeen = false): () => void {
  const proto = HTMLElement.prototype;
  const isScroller = (node: HTMLElement) =>
    node.classList.contains('jp-HubAdmin-scroll');
  const heightOf = (node: HTMLElement) =>
    isScroller(node)
      ? height
      : node.classList.contains('jp-mod-starting')
        ? STARTING_ROW
        : ROW;
  const tops = new WeakMap<HTMLElement, number>();
  const restores = [
    replace(proto, 'scrollTop', {
      get(this: HTMLElement) {
        return tops.get(this) ?? 0;
      },
      set(this: HTMLElement, top: number) {
        if (top !== this.scrollTop) {
          tops.set(this, top);
          // Browsers tell of it later.
          const tell = () => void this.dispatchEvent(new Event('scroll'));
          setTimeout(() => act(tell));
        }
      }
    }),
    replace(proto, 'clientHeight', {
      get(this: HTMLElement) {
        return heightOf(this);
      }
    }),
    replace(proto, 'offsetHeight', {
      get(this: HTMLElement) {
        return heightOf(this);
      }
    }),
    replace(proto, 'scrollTo', {
      value(this: HTMLElement, { top }: ScrollToOptions) {
        this.scrollTop = top ?? 0;
      }
    }),
    replace(proto, 'scrollIntoView', {
      value(this: HTMLElement) {
        const scroller = this.closest<HTMLElement>('.jp-HubAdmin-scroll');
        const top = Number(this.dataset.index ?? 0) * ROW;
        if (scroller) {
          const { scrollTop } = scroller;
          const nearest = Math.max(
            top + ROW - height,
            Math.min(top, scrollTop)
          );
          scroller.scrollTop = nearest;
        }
      }
    }),
    replace(window, 'IntersectionObserver', {
      value: isEndSeen ? SeenObserver : BlindObserver
    }),
    replace(window, 'ResizeObserver', { value: SizeObserver })
  ];
  return () => restores.forEach(restore => restore());
}

/**
 * Nothing that is observed is ever seen.
 */
class BlindObserver extends SeenObserver {
  override observe(): void {
    return undefined;
  }
}

/**
 * Scroll an element, as a person does.
 */
export function scrollTo(node: Element, top: number): void {
  node.scrollTop = top;
  node.dispatchEvent(new Event('scroll'));
}

function replace(
  owner: object,
  name: string,
  property: PropertyDescriptor
): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { configurable: true, ...property });
  return () => {
    if (before) {
      Object.defineProperty(owner, name, before);
    } else {
      Reflect.deleteProperty(owner, name);
    }
  };
}
