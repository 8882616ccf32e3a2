import { useEffect, useRef, useState, useSyncExternalStore } from 'react';

import { useHubAdmin } from '../state/context';
import type { IActivity } from '../state/activity';
import type { IHealth } from '../state/health';

/**
 * The time, again and again.
 *
 * @param period - milliseconds; 0: only once
 */
export function useNow(period: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (period === 0) {
      return;
    }
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), period);
    return () => clearInterval(timer);
  }, [period]);
  return now;
}

/**
 * A value once it has been the same for a while.
 */
export function useDebounced<T>(value: T, delay: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delay);
    return () => clearTimeout(timer);
  }, [value, delay]);
  return settled;
}

/**
 * True once a condition has held for a while; what is over sooner need not be shown.
 */
export function useLasting(condition: boolean, delay: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!condition) {
      setLasting(false);
      return;
    }
    const timer = setTimeout(() => setLasting(true), delay);
    return () => clearTimeout(timer);
  }, [condition, delay]);
  return condition && lasting;
}

/**
 * The same function always, which does what the newest one does.
 */
export function useStable<A extends unknown[], R>(
  callback: (...args: A) => R
): (...args: A) => R {
  const newest = useRef(callback);
  useEffect(() => {
    newest.current = callback;
  });
  const [stable] = useState(
    () =>
      (...args: A) =>
        newest.current(...args)
  );
  return stable;
}

/**
 * What this page does with a server.
 */
export function useActivity(key: string): IActivity {
  const { activity } = useHubAdmin();
  return useSyncExternalStore(
    // Subscribed anew only for another server.
    useSubscription(key, activity),
    () => activity.get(key)
  );
}

function useSubscription(
  key: string,
  activity: ReturnType<typeof useHubAdmin>['activity']
) {
  const [subscriptions] = useState(
    () => new Map<string, (listener: () => void) => () => void>()
  );
  let subscribe = subscriptions.get(key);
  if (!subscribe) {
    subscribe = listener => activity.subscribe(key, listener);
    subscriptions.set(key, subscribe);
  }
  return subscribe;
}

/**
 * Whether the Hub answers.
 */
export function useHealth(): IHealth {
  const { health } = useHubAdmin();
  return useSyncExternalStore(health.subscribe, health.get);
}
